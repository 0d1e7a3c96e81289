{#-
    Ways to prove who one is, as lists, by what a thief would need. Microsoft adds new ones: those that are not named here have
    no strength.
    https://learn.microsoft.com/graph/api/resources/userregistrationdetails
-#}

{#- Nothing that a person could tell a false page. -#}
{% macro phishing_resistant_methods() -%}
    {{ texts([
        'fido2SecurityKey', 'fido2', 'passKeyDeviceBound', 'passKeyDeviceBoundAuthenticator',
        'passKeyDeviceBoundWindowsHello', 'passKeySynced', 'windowsHelloForBusiness', 'macOsSecureEnclaveKey',
        'x509CertificateMultiFactor',
    ]) }}
{%- endmacro %}

{#- A device that the person has. -#}
{% macro strong_methods() -%}
    {{ texts([
        'microsoftAuthenticatorPush', 'microsoftAuthenticatorPasswordless', 'softwareOneTimePasscode',
        'hardwareOneTimePasscode', 'temporaryAccessPass',
    ]) }}
{%- endmacro %}

{#- A call or message, which can be taken over, or something that others may know. -#}
{% macro weak_methods() -%}
    {{ texts(['mobilePhone', 'alternateMobilePhone', 'officePhone', 'email', 'securityQuestion']) }}
{%- endmacro %}
