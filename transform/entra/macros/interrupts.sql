{#-
    Codes that a sign-in has when it stops to ask the person for something: a second step, a consent, a choice. The same
    person signs in a moment later. Counted as failures they would make every careful company look like one under attack.
    https://learn.microsoft.com/entra/identity-platform/reference-error-codes
-#}
{% macro interrupt_codes() -%}
    (
        16000, -- several accounts to choose from
        16001, -- an account was chosen
        50055, -- the password is expired, a new one is asked for
        50058, -- no session yet
        50072, -- a second step is to be set up
        50074, -- a second step is asked for
        50076, -- a second step is asked for, by policy or place
        50078, -- the second step is too long ago
        50079, -- a second step is to be set up
        50097, -- the device is to prove itself
        50125, -- a password is being reset
        50127, -- a broker app is to be installed
        50129, -- the device is to be registered
        50140, -- "stay signed in?"
        50143, -- the session belongs to another tenant
        50199, -- "are you trying to sign in to ...?"
        50203, -- a second step is to be set up, and was put off
        51006, -- Windows is to sign in again
        65001, -- consent is asked for
        65004, -- consent was declined
        81010, -- seamless sign-on fell back to asking
        81012, -- another account is signed in on the machine
        81014 -- seamless sign-on fell back to asking
    )
{%- endmacro %}

{#- Whether a sign-in failed for good. -#}
{% macro is_failure() -%}
    (error_code != 0 and error_code not in {{ interrupt_codes() }})
{%- endmacro %}
