{#-
    Clients that sign in by ways that know no second factor, in lower case, as a list.
    https://learn.microsoft.com/entra/identity/conditional-access/policy-block-legacy-authentication
-#}
{% macro legacy_clients() -%}
    (
        'authenticated smtp', 'autodiscover', 'exchange activesync', 'exchange online powershell',
        'exchange web services', 'imap', 'imap4', 'mapi over http', 'offline address book', 'other clients',
        'outlook anywhere (rpc over http)', 'pop', 'pop3', 'reporting web services', 'smtp'
    )
{%- endmacro %}
