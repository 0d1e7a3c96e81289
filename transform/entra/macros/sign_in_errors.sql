{#-
    What the codes of failed sign-ins mean, and what to do about an account that has them.
    https://learn.microsoft.com/entra/identity-platform/reference-error-codes
-#}

{#- A code in words; for other codes, the code itself. -#}
{% macro sign_in_error_words(code) -%}
    case {{ code }}
        when 50034 then 'the account does not exist'
        when 50053 then 'the account is locked, or the address is blocked'
        when 50056 then 'the account has no password here'
        when 50057 then 'the account is disabled'
        when 50105 then 'the person is not assigned to the app'
        when 50126 then 'wrong name or password'
        when 50131 then 'a policy blocks the sign-in'
        when 50144 then 'the password is expired'
        when 50173 then 'the session ended, as by a new password'
        when 53000 then 'the device does not comply'
        when 53001 then 'the device is not joined'
        when 53003 then 'Conditional Access blocks the sign-in'
        when 53004 then 'the second factor must be set up first'
        when 70008 then 'the session is too old'
        when 90094 then 'an admin must consent'
        when 500121 then 'the second factor failed'
        when 700082 then 'the session is too old'
        else 'error ' || {{ code }}
    end
{%- endmacro %}

{#- What to do, by the most frequent code. -#}
{% macro sign_in_error_advice(code) -%}
    case
        when {{ code }} in (50034, 50053, 50056, 50126)
            then
                'Ask the person whether it was them: a forgotten password, or a client with an old one. If not, someone '
                || 'else tries: look at the addresses in the sign-in log, and require a second factor.'
        when {{ code }} = 50105 then 'Assign the person to the app, or tell them that they do not need it.'
        when {{ code }} in (50131, 53000, 53001, 53003, 53004)
            then 'A policy works as it is meant to, or catches the wrong person: look at the policy in the sign-in log.'
        when {{ code }} in (50144, 50173, 70008, 700082)
            then 'A client goes on with an old session: have the person sign in to it again.'
        when {{ code }} = 500121
            then
                'Ask the person whether it was them. If not, someone else has the password: have it changed, and look at '
                || 'the addresses in the sign-in log.'
        else 'Look the code up in the sign-in log: it says what went wrong.'
    end
{%- endmacro %}
