{#-
    Erase people who left more than a number of days ago from the raw tables: what was known of them, their pictures, and
    their names, addresses and devices in logs. Ids, times and what was signed in to stay, so that counts stay true.
    Build the views afterwards: they still show what they were built of.

    dbt run-operation forget_deleted --args '{days: 365}'
-#}
{% macro forget_deleted(days=none) -%}
    {%- set days = (var('forget_after_days') if days is none else days) | int(default=-1) -%}
    {%- if days < 0 -%}
        {{ exceptions.raise_compiler_error("forget_deleted: days must be a number, 0 or more, e.g. --args '{days: 365}'") }}
    {%- endif -%}
    {%- if not entra.raw_columns('users') -%}
        {{ log('There is no table of users yet: there is nothing to erase.', info=true) }}
        {{ return('') }}
    {%- endif -%}
    {%- set gone -%}
        (
            select "id"
            from {{ source('entra', 'users') }}
            where "_sdc_deleted_at" is not null
                and {{ entra._gone_at() }} < {{ entra.utc_now() }} - interval '{{ days }} days'
        )
    {%- endset -%}
    {%- set kept_of_users = ['id', 'deletedDateTime', 'userType', 'accountEnabled'] -%}
    {%- set of_sign_ins = [
        'userDisplayName', 'userPrincipalName', 'signInIdentifier', 'ipAddress', 'ipAddressFromResourceProvider',
        'globalSecureAccessIpAddress', 'location', 'networkLocationDetails', 'deviceDetail', 'userAgent',
        'authenticationAppDeviceDetails', 'authenticationDetails', 'authenticationProcessingDetails',
    ] -%}
    {{ entra._erase('sign_ins', of_sign_ins, '"userId" in ' ~ gone) }}
    {{ entra._erase('non_interactive_sign_ins', of_sign_ins, '"userId" in ' ~ gone) }}
    {{ entra._erase_in_summaries(gone) }}
    {{ entra._erase('user_registration_details', ['userDisplayName', 'userPrincipalName'], '"id" in ' ~ gone) }}
    {{ entra._erase('risky_users', ['userDisplayName', 'userPrincipalName'], '"id" in ' ~ gone) }}
    {{ entra._erase(
        'risk_detections', ['userDisplayName', 'userPrincipalName', 'ipAddress', 'location', 'additionalInfo'],
        '"userId" in ' ~ gone
    ) }}
    {{ entra._erase('recommendation_resources', ['displayName', 'owner', 'additionalDetails'], '"subjectId" in ' ~ gone) }}
    {{ entra._erase('app_role_assignments', ['principalDisplayName'], '"principalId" in ' ~ gone) }}
    {{ entra._erase_in_audits(gone) }}
    {{ entra._erase_in_provisioning(gone) }}
    {{ entra._erase('profile_photos', entra.raw_columns('profile_photos') | reject('in', ['userId']) | list, '"userId" in ' ~ gone) }}
    {{ entra._erase('users', entra.raw_columns('users') | reject('in', kept_of_users) | list, '"id" in ' ~ gone) }}
    {{ run_query('commit') }}
{%- endmacro %}

{% macro _gone_at() -%}
    {% if 'deletedDateTime' in entra.raw_columns('users') %}coalesce("deletedDateTime", "_sdc_deleted_at"){% else %}"_sdc_deleted_at"{% endif %}
{%- endmacro %}

{#- Set columns of a raw table to null in rows that have anything in them; tell how many rows that were. -#}
{% macro _erase(table, columns, condition) -%}
    {%- set found = [] -%}
    {%- for column in entra.raw_columns(table) if column in columns and not column.startswith('_sdc_') -%}
        {%- do found.append('"' ~ column ~ '"') -%}
    {%- endfor -%}
    {%- if found -%}
        {%- set change -%}
            update {{ source('entra', table) }}
            set {% for column in found %}{{ column }} = null{{ ', ' if not loop.last }}{% endfor %}
            where {{ condition }} and ({{ found | join(' is not null or ') }} is not null)
        {%- endset -%}
        {{ entra._tell(table, change) }}
    {%- endif -%}
{%- endmacro %}

{#-
    Summaries of sign-ins name people by sign-in name alone, of guests by address. Sums under a name that somebody has now stay
    as they are.
-#}
{% macro _erase_in_summaries(gone) -%}
    {%- set names = [] -%}
    {%- for column in ['userPrincipalName', 'mail'] if column in entra.raw_columns('users') -%}
        {%- do names.append('"' ~ column ~ '"') -%}
    {%- endfor -%}
    {%- if names and 'userPrincipalName' in entra.raw_columns('non_interactive_sign_in_summaries') -%}
        {%- set known -%}
            select lower(names.name)
            from {{ source('entra', 'users') }} as users
            cross join lateral (values ({{ names | join('), (') }})) as names (name)
            where names.name is not null
        {%- endset -%}
        {{ entra._erase(
            'non_interactive_sign_in_summaries', ['userPrincipalName', 'ipAddress'],
            'lower("userPrincipalName") in (' ~ known ~ ' and users."id" in ' ~ gone ~ ')'
            ~ ' and lower("userPrincipalName") not in (' ~ known ~ ' and users."_sdc_deleted_at" is null)'
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- Entries of the audit log name people as who did something and as whom it was done to, with old and new values. -#}
{% macro _erase_in_audits(gone) -%}
    {%- set found = entra.raw_columns('directory_audits') -%}
    {%- set audits = source('entra', 'directory_audits') -%}
    {%- if 'initiatedBy' in found -%}
        {%- set user = entra.json_part('"initiatedBy"', 'user') -%}
        {%- set left = entra.json_object({'id': entra.json_part(user, 'id')}) -%}
        {%- set change -%}
            update {{ audits }}
            set "initiatedBy" = {{ entra.json_with('"initiatedBy"', 'user', left) }}
            where {{ entra.json_text('"initiatedBy"', 'user', 'id') }} in {{ gone }} and {{ user }} != {{ left }}
        {%- endset -%}
        {{ entra._tell('directory_audits, by whom', change) }}
    {%- endif -%}
    {%- if 'targetResources' in found -%}
        {%- set target -%}
            case
                when {{ entra.json_text('target.value', 'id') }} in {{ gone }} then {{ entra._bare('target.value', 'type') }}
                when {{ entra.is_json_object('target.value') }}
                    then {{ entra.json_with('target.value', 'modifiedProperties', entra.json_constant('[]')) }}
                else target.value
            end
        {%- endset -%}
        {%- set change -%}
            with erased as (
                select
                    audits."id",
                    {{ entra.json_rows(target, 'target.place') }} as targets
                from {{ audits }} as audits
                cross join lateral {{ entra.json_list_with_places('audits."targetResources"') }}
                    as target (value, place)
                group by audits."id"
                having bool_or({{ entra.json_text('target.value', 'id') }} in {{ gone }})
            )

            update {{ audits }} as audits
            set "targetResources" = erased.targets
            from erased
            where audits."id" = erased."id" and audits."targetResources" != erased.targets
        {%- endset -%}
        {{ entra._tell('directory_audits, to whom', change) }}
    {%- endif -%}
{%- endmacro %}

{#-
    Entries of the provisioning log name a person as the account that was read or written, and as who began the job. Changed
    values, steps and the words of an error quote the account; the outcome and the code of the error stay.
-#}
{% macro _erase_in_provisioning(gone) -%}
    {%- set accounts = ['sourceIdentity', 'targetIdentity'] -%}
    {%- set outcome = '"provisioningStatusInfo"' -%}
    {%- set bare = {
        'sourceIdentity': entra._bare('"sourceIdentity"', 'identityType'),
        'targetIdentity': entra._bare('"targetIdentity"', 'identityType'),
        'modifiedProperties': 'null::' ~ entra.json_type(),
        'provisioningSteps': 'null::' ~ entra.json_type(),
        'provisioningStatusInfo': entra.json_object({
            'status': entra.json_part(outcome, 'status'),
            'errorInformation': entra.json_object({
                'errorCode': entra.json_part(entra.json_part(outcome, 'errorInformation'), 'errorCode'),
            }),
        }),
    } -%}
    {{ entra._strip('provisioning_logs', 'accounts', accounts, bare, gone) }}
    {{ entra._strip(
        'provisioning_logs', 'by whom', ['initiatedBy'],
        {'initiatedBy': entra._bare('"initiatedBy"', 'initiatorType')}, gone
    ) }}
{%- endmacro %}

{#- What is left of an account in JSON: its id, and what kind it is. -#}
{% macro _bare(json, kind) -%}
    {{ entra.json_object({'id': entra.json_part(json, 'id'), kind: entra.json_part(json, kind)}) }}
{%- endmacro %}

{#- Replace JSON columns by what is left of them, in rows where one of the columns in `named` has the id of a person. -#}
{% macro _strip(table, what, named, bare, gone) -%}
    {%- set found = entra.raw_columns(table) -%}
    {%- set persons = [] -%}
    {%- for column in named if column in found -%}
        {%- do persons.append(entra.json_text('"' ~ column ~ '"', 'id') ~ ' in ' ~ gone) -%}
    {%- endfor -%}
    {%- set changes = [] -%}
    {%- for column, left in bare.items() if column in found -%}
        {%- do changes.append({'column': '"' ~ column ~ '"', 'left': 'case when "' ~ column ~ '" is not null then ' ~ left ~ ' end'}) -%}
    {%- endfor -%}
    {%- if persons -%}
        {%- set change -%}
            update {{ source('entra', table) }}
            set {% for change in changes %}{{ change.column }} = {{ change.left }}{{ ', ' if not loop.last }}{% endfor %}
            where ({{ persons | join(' or ') }})
                and ({% for change in changes %}{{ change.column }} is distinct from {{ change.left }}{{ ' or ' if not loop.last }}{% endfor %})
        {%- endset -%}
        {{ entra._tell(table ~ ', ' ~ what, change) }}
    {%- endif -%}
{%- endmacro %}

{% macro _tell(what, change) -%}
    {{ log('forget_deleted: ' ~ entra.rows_changed(change) ~ ' rows of ' ~ what, info=true) }}
{%- endmacro %}
