{#-
    The kinds of findings, each with the model int_entra__finding_<kind>.

    category: cost, security, access or data. Its pages and messages stand together.
    explained_by: kinds of which such a finding may be a detail, the best explanation first, and by which column: the two are
    about one subject, or the other one is about what is related here. No kind that explains has an explanation itself, so
    there is one level.
-#}
{% macro finding_kinds() -%}
    {%- set absence = [['unused_account', 'subject_id'], ['quiet_guest', 'subject_id']] -%}
    {%- set idle_app = [['unused_app', 'subject_id']] -%}
    {{ return({
        'unused_account': {'category': 'cost'},
        'unused_seat': {'category': 'cost', 'explained_by': absence + [['unused_app', 'related_id']]},
        'unused_app': {'category': 'cost'},
        'redundant_apps': {'category': 'cost'},
        'leaver_access': {'category': 'access'},
        'unassigned_licences': {'category': 'cost'},
        'unused_licence': {'category': 'cost', 'explained_by': absence},
        'risky_grant': {'category': 'security', 'explained_by': idle_app},
        'own_app_rights': {'category': 'security', 'explained_by': idle_app},
        'expiring_credential': {'category': 'security', 'explained_by': idle_app},
        'quiet_guest': {'category': 'access'},
        'stale_admin': {'category': 'security', 'explained_by': absence},
        'admin_without_mfa': {'category': 'security'},
        'not_permitted_app': {'category': 'access'},
        'failing_sign_ins': {'category': 'security', 'explained_by': [['leaver_access', 'subject_id']]},
    }) }}
{%- endmacro %}

{#- Severities, the worst first, as an array. -#}
{% macro severities() -%}
    array['high', 'medium', 'low', 'check', 'info']
{%- endmacro %}

{#- The rank of a severity: 1 is the worst. -#}
{% macro severity_rank(severity) -%}
    array_position({{ severities() }}, {{ severity }})
{%- endmacro %}
