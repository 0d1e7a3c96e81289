{#-
    What each figure needs to be known: all of its streams, and the columns of `users` that it goes by. Without one of them it
    is null, and findings that rest on it do not appear: "none" and "not known" are two things.

    By flag, a column of int_entra__known: `streams`, and `figures`, the columns of marts that are null without them.
-#}
{% macro figures() -%}
    {{ return({
        'photos': {'streams': ['profile_photos'], 'figures': ['employees.has_photo', 'employees.photo_sha256']},
        'managers': {'streams': ['user_managers'], 'figures': ['employees.manager_id', 'employees.manager_name']},
        'second_factors': {
            'streams': ['user_registration_details'], 'figures': [
                'employees.mfa_registered', 'employees.mfa_methods', 'employees.mfa_strength', 'insights.admin_without_mfa',
                'insights.admin_with_weak_mfa',
            ],
        },
        'sign_in_services': {'streams': ['domains'], 'figures': ['insights.admin_without_mfa']},
        'roles': {
            'streams': ['role_assignments', 'group_members', 'groups'],
            'figures': ['employees.admin_roles', 'employees.is_admin', 'insights.stale_admin', 'insights.admin_without_mfa',
                'insights.admin_with_weak_mfa', 'insights.guest_admin', 'insights.new_admin',
            ],
        },
        'standing_roles': {
            'streams': ['role_assignment_schedules', 'role_assignments', 'group_members', 'groups'],
            'figures': ['employees.is_standing_admin'],
        },
        'eligible_roles': {
            'streams': ['role_eligibility_schedules', 'group_members', 'groups'], 'figures': ['employees.eligible_roles'],
        },
        'subscriptions': {'streams': ['subscriptions', 'subscribed_skus'], 'figures': ['insights.renewal']},
        'devices': {'streams': ['devices'], 'figures': ['insights.stale_devices']},
        'group_owners': {
            'streams': ['groups', 'group_owners', 'users', 'service_principals'], 'figures': ['insights.groups_without_owner'],
        },
        'audits': {
            'streams': ['directory_audits'], 'figures': ['insights.new_app', 'insights.new_admin'],
        },
        'group_members': {'streams': ['groups', 'group_members', 'users'], 'figures': []},
        'role_names': {
            'streams': ['role_definitions'], 'figures': ['employees.admin_roles', 'employees.eligible_roles'],
        },
        'app_kinds': {
            'streams': ['service_principals', 'organization'],
            'figures': [
                'applications.kind', 'applications.product', 'employees.apps_used_30d', 'employees.apps_used_90d',
                'insights.unused_app', 'insights.unused_seat', 'insights.seats_without_use',
                'insights.redundant_apps', 'insights.risky_grant',
                'insights.own_app_rights', 'insights.app_without_owner',
                'insights.disabled_app_grants', 'insights.new_app', 'insights.ai_app',
                'insights.contained_in_microsoft365',
            ],
        },
        'gallery': {
            'streams': ['application_templates', 'service_principals'],
            'figures': [
                'applications.publisher', 'applications.product', 'applications.category', 'applications.logo_url',
                'applications.home_page_url',
            ],
        },
        'registrations': {'streams': ['applications'], 'figures': ['applications.publisher_domain']},
        'credentials': {
            'streams': ['applications', 'service_principals'],
            'figures': ['insights.expiring_credential', 'insights.own_app_rights', 'insights.app_without_owner'],
        },
        'owners': {
            'streams': [
                'service_principal_owners', 'application_owners', 'service_principals', 'applications', 'users',
            ],
            'figures': ['applications.owners', 'insights.own_app_rights', 'insights.app_without_owner'],
        },
        'seats': {
            'streams': ['app_role_assignments', 'service_principals', 'users'],
            'columns': ['accountEnabled'],
            'figures': ['applications.people_assigned', 'insights.leaver_access'],
        },
        'group_seats': {
            'streams': ['app_role_assignments', 'service_principals', 'users', 'group_members', 'groups'],
            'columns': ['accountEnabled'],
            'figures': [
                'applications.people_assigned_by_group', 'applications.people_in_nested_groups',
                'applications.people_with_access', 'insights.unused_seat', 'insights.seats_without_use',
            ],
        },
        'joining_dates': {'streams': ['directory_audits'], 'figures': ['employees.disabled_at', 'insights.unused_seat', 'insights.seats_without_use']},
        'permissions': {
            'streams': ['oauth2_permission_grants', 'app_role_assignments', 'service_principals'],
            'figures': [
                'applications.permissions', 'applications.permission_risk', 'applications.consented_by',
                'insights.risky_grant', 'insights.own_app_rights', 'insights.app_without_owner',
                'insights.disabled_app_grants', 'insights.new_app',
            ],
        },
        'consents': {
            'streams': ['oauth2_permission_grants', 'service_principals', 'users'],
            'figures': ['applications.consenting_people'],
        },
        'licences': {
            'streams': ['subscribed_skus'],
            'figures': [
                'insights.unassigned_licences', 'insights.unused_licence', 'insights.overlapping_licences',
                'insights.contained_in_microsoft365',
            ],
        },
        'people': {
            'streams': ['users'],
            'figures': [
                'employees', 'insights.department_unused_accounts', 'insights.unused_account', 'insights.quiet_guest', 'insights.unused_licence',
                'insights.leaver_access', 'insights.failing_sign_ins', 'insights.pending_guest', 'insights.legacy_sign_ins',
                'insights.open_risk', 'insights.overlapping_licences', 'insights.contained_in_microsoft365',
            ],
        },
        'sign_ins': {
            'streams': ['sign_ins'],
            'figures': [
                'employees.apps_used_30d', 'employees.apps_used_90d', 'applications.people_30d', 'applications.people_90d',
                'applications.sign_ins_30d', 'applications.trend', 'app_usage.interactive_sign_ins',
                'insights.redundant_apps', 'insights.failing_sign_ins', 'insights.failing_app',
                'insights.not_permitted_app', 'insights.legacy_sign_ins', 'insights.open_risk', 'insights.ai_app',
                'insights.contained_in_microsoft365',
            ],
        },
        'client_sign_ins': {
            'streams': ['non_interactive_sign_ins'], 'figures': ['app_usage.non_interactive_sign_ins'],
        },
        'last_sign_ins': {'streams': ['user_sign_in_activity'], 'figures': ['employees.last_attempt_at']},
    }) }}
{%- endmacro %}

{#- The flags as columns. streams: SQL of a list of the streams that were read to their end. -#}
{% macro known_flags(streams) -%}
    {%- for flag, needs in figures().items() %}
    coalesce({{ has_all(streams, texts(needs['streams'])) }}, false)
    {%- for column in needs.get('columns', []) %} and {{ is_loaded('users', column) }}{% endfor %} as {{ flag }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- Each kind of finding with each stream that it rests on, as rows of values. -#}
{% macro streams_of_findings() -%}
    {%- set pairs = [] -%}
    {%- for needs in figures().values() -%}
        {%- for figure in needs['figures'] if figure.startswith('insights.') -%}
            {%- for stream in needs['streams'] -%}
                {%- do pairs.append("('" ~ figure.removeprefix('insights.') ~ "', '" ~ stream ~ "')") -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ pairs | unique | sort | join(', ') }}
{%- endmacro %}

{#- Whether all that findings of a kind rest on was read. The model joins int_entra__known as `known`. -#}
{% macro is_judged(kind) -%}
    {%- set flags = {} -%}
    {%- for flag, needs in figures().items() -%}
        {%- for figure in needs['figures'] if figure.startswith('insights.') -%}
            {%- do flags.setdefault(figure.removeprefix('insights.'), []).append('known.' ~ flag) -%}
        {%- endfor -%}
    {%- endfor -%}
    case {{ kind }}
        {%- for name, needed in flags.items() %}
        when '{{ name }}' then {{ needed | join(' and ') }}
        {%- endfor %}
        else true
    end
{%- endmacro %}

{#- The columns of marts that a stream costs while it is not read, as a list. stream: SQL of its name. -#}
{% macro figures_of(stream) -%}
    {%- set found = {} -%}
    {%- for needs in figures().values() -%}
        {%- for name in needs['streams'] -%}
            {%- do found.setdefault(name, []).extend(needs['figures']) -%}
        {%- endfor -%}
    {%- endfor -%}
    case {{ stream }}
        {%- for name, columns in found.items() %}
        when '{{ name }}' then {{ texts(columns | unique | sort) }}
        {%- endfor %}
        else {{ no_texts() }}
    end
{%- endmacro %}
