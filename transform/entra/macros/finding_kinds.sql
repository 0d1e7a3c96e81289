{#-
    The kinds of findings, each with the model int_entra__finding_<kind>.

    category: cost, security, access or data. Its pages and messages stand together.
    explained_by: kinds of which such a finding may be a detail, the best explanation first, and by which column: the two are
    about one subject, or the other one is about what is related here, or about the department of an absent person. There is
    one level: a department explains all that its absent people explain, and no other kind that explains is explained.
-#}
{% macro finding_kinds() -%}
    {%- set department = ['department_unused_accounts', 'department'] -%}
    {%- set absence = [department, ['unused_account', 'subject_id'], ['quiet_guest', 'subject_id']] -%}
    {%- set idle_app = [['unused_app', 'subject_id']] -%}
    {{ return({
        'department_unused_accounts': {'category': 'cost'},
        'unused_account': {'category': 'cost', 'explained_by': [department]},
        'unused_seat': {
            'category': 'cost',
            'explained_by': absence + [['unused_app', 'related_id'], ['seats_without_use', 'related_id']],
        },
        'seats_without_use': {'category': 'cost'},
        'unused_app': {'category': 'cost'},
        'redundant_apps': {'category': 'cost'},
        'contained_in_microsoft365': {'category': 'cost'},
        'overlapping_licences': {'category': 'cost'},
        'renewal': {'category': 'cost'},
        'leaver_access': {'category': 'access'},
        'unassigned_licences': {'category': 'cost'},
        'unused_licence': {'category': 'cost', 'explained_by': absence},
        'risky_grant': {'category': 'security', 'explained_by': idle_app},
        'own_app_rights': {'category': 'security', 'explained_by': idle_app},
        'app_without_owner': {'category': 'access', 'explained_by': idle_app},
        'expiring_credential': {'category': 'security', 'explained_by': idle_app},
        'disabled_app_grants': {'category': 'security'},
        'quiet_guest': {'category': 'access'},
        'stale_admin': {'category': 'security', 'explained_by': absence},
        'admin_without_mfa': {'category': 'security'},
        'admin_with_weak_mfa': {'category': 'security'},
        'guest_admin': {'category': 'security'},
        'pending_guest': {'category': 'access', 'explained_by': [['quiet_guest', 'subject_id']]},
        'legacy_sign_ins': {'category': 'security'},
        'open_risk': {'category': 'security'},
        'ai_app': {'category': 'data'},
        'new_app': {'category': 'access', 'explained_by': [['ai_app', 'subject_id']]},
        'new_admin': {'category': 'security', 'explained_by': [['guest_admin', 'subject_id']]},
        'groups_without_owner': {'category': 'access'},
        'stale_devices': {'category': 'access'},
        'not_permitted_app': {'category': 'access'},
        'failing_app': {'category': 'access'},
        'failing_sign_ins': {
            'category': 'security', 'explained_by': [['leaver_access', 'subject_id'], ['failing_app', 'related_id']],
        },
    }) }}
{%- endmacro %}

{#- Severities, the worst first, as a list. -#}
{% macro severities() -%}
    {{ texts(['high', 'medium', 'low', 'check', 'info']) }}
{%- endmacro %}

{#- The severity of a rank. -#}
{% macro severity_of(rank) -%}
    {{ item_of(severities(), rank) }}
{%- endmacro %}

{#- The rank of a severity: 1 is the worst. -#}
{% macro severity_rank(severity) -%}
    {{ place_of(severity, severities()) }}
{%- endmacro %}
