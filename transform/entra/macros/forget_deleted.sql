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
            select users."id"
            from (
                {{ entra.raw('users', {'id': 'text', 'deletedDateTime': 'timestamp', '_sdc_deleted_at': 'timestamp'}) }}
            ) as users
            where users."_sdc_deleted_at" is not null
                and coalesce(users."deletedDateTime", users."_sdc_deleted_at")
                < {{ entra.utc_now() }} - interval '{{ days }} days'
        )
    {%- endset -%}
    {%- set kept_of_users = ['id', 'deletedDateTime', 'userType', 'accountEnabled'] -%}
    {%- set of_sign_ins = [
        'userDisplayName', 'userPrincipalName', 'signInIdentifier', 'ipAddress', 'ipAddressFromResourceProvider',
        'globalSecureAccessIpAddress', 'location', 'networkLocationDetails', 'deviceDetail', 'userAgent',
        'authenticationAppDeviceDetails', 'authenticationDetails', 'authenticationProcessingDetails',
    ] -%}
    {{ entra._erase('sign_ins', of_sign_ins, 'userId', gone) }}
    {{ entra._erase('non_interactive_sign_ins', of_sign_ins, 'userId', gone) }}
    {{ entra._erase_in_summaries(gone) }}
    {{ entra._erase('user_registration_details', ['userDisplayName', 'userPrincipalName'], 'id', gone) }}
    {{ entra._erase('risky_users', ['userDisplayName', 'userPrincipalName'], 'id', gone) }}
    {{ entra._erase(
        'risk_detections', ['userDisplayName', 'userPrincipalName', 'ipAddress', 'location', 'additionalInfo'],
        'userId', gone
    ) }}
    {{ entra._erase('recommendation_resources', ['displayName', 'owner', 'additionalDetails'], 'subjectId', gone) }}
    {{ entra._erase('app_role_assignments', ['principalDisplayName'], 'principalId', gone) }}
    {{ entra._erase_in_audits(gone) }}
    {{ entra._erase_in_provisioning(gone) }}
    {{ entra._erase('profile_photos', none, 'userId', gone, ['userId']) }}
    {{ entra._erase('users', none, 'id', gone, kept_of_users) }}
    {{ run_query('commit') }}
{%- endmacro %}

{#-
    Set columns of a raw table to null in rows that have anything in them, where a column holds one of the ids in `gone`.

    columns: none for all but those in `kept`.
-#}
{% macro _erase(table, columns, key, gone, kept=[]) -%}
    {%- set found = entra.raw_columns(table) -%}
    {%- if columns is none -%}
        {%- set erased = found | reject('in', entra._spelled(kept, found)) | list -%}
    {%- else -%}
        {%- set erased = entra._spelled(columns, found) -%}
    {%- endif -%}
    {%- if entra.spelling(key, found) -%}
        {{ entra._set_null(table, erased, entra._read(table, key, 'text') ~ ' in ' ~ gone) }}
    {%- endif -%}
{%- endmacro %}

{#- The columns that a raw table has of these, as the loader spells them. found: what raw_columns returns. -#}
{% macro _spelled(names, found) -%}
    {%- set spelled = [] -%}
    {%- for name in names if entra.spelling(name, found) -%}
        {%- do spelled.append(entra.spelling(name, found)) -%}
    {%- endfor -%}
    {{ return(spelled) }}
{%- endmacro %}

{#- Set these columns, as the loader spells them, to null in rows that have anything in them; tell how many rows that were. -#}
{% macro _set_null(table, columns, condition) -%}
    {%- set found = [] -%}
    {%- for column in columns if not (column | lower).startswith('_sdc_') -%}
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

{#- A raw column as a type; an empty text if the table has none. name: in Graph's spelling; alias: that of the table. -#}
{% macro _read(table, name, type, alias='') -%}
    {%- set found = entra.raw_columns(table) -%}
    {%- set spelled = entra.spelling(name, found) -%}
    {%- if spelled -%}{{ entra.as_type(alias ~ '"' ~ spelled ~ '"', found[spelled], type) }}{%- endif -%}
{%- endmacro %}

{#-
    `"column" = value` for JSON that goes back into a raw column: as text where it is text. A column with parts of its own,
    such as a struct, cannot lose some of them, and becomes null.
-#}
{% macro _json_into(table, name, value) -%}
    {%- set found = entra.raw_columns(table) -%}
    {%- set spelled = entra.spelling(name, found) -%}
    {%- set type = found[spelled] -%}
    "{{ spelled }}" = {{ '(' ~ value ~ ')::' ~ type if entra.is_json_type(type) or entra.is_text_type(type) else 'null' }}
{%- endmacro %}

{#-
    Summaries of sign-ins name people by sign-in name alone, of guests by address. Sums under a name that somebody has now stay
    as they are.
-#}
{% macro _erase_in_summaries(gone) -%}
    {%- set table = 'non_interactive_sign_in_summaries' -%}
    {%- set name = entra._read(table, 'userPrincipalName', 'text') -%}
    {%- if name -%}
        {%- set known -%}
            select lower(names.name)
            from (
                {{ entra.raw('users', {'id': 'text', 'userPrincipalName': 'text', 'mail': 'text', '_sdc_deleted_at': 'timestamp'}) }}
            ) as users
            cross join lateral (values (users."userPrincipalName"), (users."mail")) as names (name)
            where names.name is not null
        {%- endset -%}
        {{ entra._set_null(
            table, entra._spelled(['userPrincipalName', 'ipAddress'], entra.raw_columns(table)),
            'lower(' ~ name ~ ') in (' ~ known ~ ' and users."id" in ' ~ gone ~ ')'
            ~ ' and lower(' ~ name ~ ') not in (' ~ known ~ ' and users."_sdc_deleted_at" is null)'
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- Entries of the audit log name people as who did something and as whom it was done to, with old and new values. -#}
{% macro _erase_in_audits(gone) -%}
    {%- set audits = source('entra', 'directory_audits') -%}
    {%- set by = entra._read('directory_audits', 'initiatedBy', 'json') -%}
    {%- if by -%}
        {%- set user = entra.json_part(by, 'user') -%}
        {%- set left = entra.json_object({'id': entra.json_part(user, 'id')}) -%}
        {%- set change -%}
            update {{ audits }}
            set {{ entra._json_into('directory_audits', 'initiatedBy', entra.json_with(by, 'user', left)) }}
            where {{ entra.json_text(by, 'user', 'id') }} in {{ gone }} and {{ user }} != {{ left }}
        {%- endset -%}
        {{ entra._tell('directory_audits, by whom', change) }}
    {%- endif -%}
    {%- set targets = entra._read('directory_audits', 'targetResources', 'json', 'audits.') -%}
    {%- if targets -%}
        {%- set key = entra._read('directory_audits', 'id', 'text', 'audits.') -%}
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
                    {{ key }} as audit_id,
                    {{ entra.json_rows(target, 'target.place') }} as targets
                from {{ audits }} as audits
                cross join lateral {{ entra.json_list_with_places(targets) }}
                    as target (value, place)
                group by audit_id
                having bool_or({{ entra.json_text('target.value', 'id') }} in {{ gone }})
            )

            update {{ audits }} as audits
            set {{ entra._json_into('directory_audits', 'targetResources', 'erased.targets') }}
            from erased
            where {{ key }} = erased.audit_id and {{ targets }} != erased.targets
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
    {%- set table = 'provisioning_logs' -%}
    {%- set outcome = entra._read(table, 'provisioningStatusInfo', 'json') -%}
    {%- set bare = {
        'sourceIdentity': entra._bare(entra._read(table, 'sourceIdentity', 'json'), 'identityType'),
        'targetIdentity': entra._bare(entra._read(table, 'targetIdentity', 'json'), 'identityType'),
        'modifiedProperties': 'null::' ~ entra.json_type(),
        'provisioningSteps': 'null::' ~ entra.json_type(),
        'provisioningStatusInfo': entra.json_object({
            'status': entra.json_part(outcome, 'status'),
            'errorInformation': entra.json_object({
                'errorCode': entra.json_part(entra.json_part(outcome, 'errorInformation'), 'errorCode'),
            }),
        }),
    } -%}
    {{ entra._strip(table, 'accounts', accounts, bare, gone) }}
    {{ entra._strip(
        table, 'by whom', ['initiatedBy'],
        {'initiatedBy': entra._bare(entra._read(table, 'initiatedBy', 'json'), 'initiatorType')}, gone
    ) }}
{%- endmacro %}

{#- What is left of an account in JSON: its id, and what kind it is. -#}
{% macro _bare(json, kind) -%}
    {{ entra.json_object({'id': entra.json_part(json, 'id'), kind: entra.json_part(json, kind)}) }}
{%- endmacro %}

{#- Replace JSON columns by what is left of them, in rows where one of the columns in `named` has the id of a person. -#}
{% macro _strip(table, what, named, bare, gone) -%}
    {%- set persons = [] -%}
    {%- for column in named if entra._read(table, column, 'json') -%}
        {%- do persons.append(entra.json_text(entra._read(table, column, 'json'), 'id') ~ ' in ' ~ gone) -%}
    {%- endfor -%}
    {%- set changes, differences = [], [] -%}
    {%- for column, left in bare.items() if entra._read(table, column, 'json') -%}
        {%- set now = entra._read(table, column, 'json') -%}
        {%- set then = 'case when ' ~ now ~ ' is not null then ' ~ left ~ ' end' -%}
        {%- do changes.append(entra._json_into(table, column, then)) -%}
        {%- do differences.append(now ~ ' is distinct from ' ~ then) -%}
    {%- endfor -%}
    {%- if persons -%}
        {%- set change -%}
            update {{ source('entra', table) }}
            set {{ changes | join(', ') }}
            where ({{ persons | join(' or ') }}) and ({{ differences | join(' or ') }})
        {%- endset -%}
        {{ entra._tell(table ~ ', ' ~ what, change) }}
    {%- endif -%}
{%- endmacro %}

{% macro _tell(what, change) -%}
    {{ log('forget_deleted: ' ~ entra.rows_changed(change) ~ ' rows of ' ~ what, info=true) }}
{%- endmacro %}
