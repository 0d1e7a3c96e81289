{#
    What a permission lets an app do: a level and words, for every permission there is or will be, out of its name.

    A name such as Files.ReadWrite.All has a family, a verb and a reach. The level follows from them, from whether a
    person must be signed in (delegated) or not (application), and from who consented:

                                      delegated, so as the person signed in                application, so everybody's
                                      own           .Shared      .All
    to know who somebody is           none          -            -                         -
    the own profile (User.Read)       low           -            -                         -
    minor     read / write            low / low     low / low    low / medium              low / medium
    ordinary  read / write            low / medium  low / medium medium / high             medium / high
    content   basics / read / write   low / medium / high        low / medium / high       medium / high / critical
              .Shared and .All read, consented by an admin for everybody: high
    control   read / write            low / high    -            medium / critical         medium / critical

    - content is what people write to each other and keep: mail, files, sites, chats, notes, recordings. Reading it is
      medium for the one person who consented, high where the app reaches what anybody has, and high to change or send,
      for that is done in a person's name. Without anybody signed in it is every mailbox: high to read, critical to
      write.
    - control is what decides who may do what: roles, apps, policies, ways to sign in, devices. Who may write it may
      grant themselves the rest, so it is critical for any kind of consent; reading it says where to strike, and is medium.
    - ordinary is everything else, also what no rule knows: calendars, contacts, people, groups, other vendors' APIs.
    - minor is what hardly concerns people: printers, rooms, service health, tabs and notices in Teams.
    - Reach limited to what was chosen (.Selected) or what the app made itself (.AppFolder, .OwnedBy) lowers all that.

    Families are Microsoft Graph's, and those of its forerunner, Exchange and SharePoint; permissions of other APIs are
    ordinary, as the same word means something else there. The exceptions are in permission_exceptions.csv.
#}

{% macro _permission_parts(permission, type, resource_app_id, consent) %}
    (
        select
            given.*,
            split_part(given.name, '.', 1) as family,
            split_part(given.name, '.', 3) as reach,
            case
                when split_part(given.name, '.', 2) = '' then given.name
                else split_part(given.name, '.', 2)
            end as verb
        from (
            select
                lower(trim({{ permission }})) as name,
                coalesce(lower({{ type }}), 'application') as type,
                coalesce(lower({{ consent }}), 'admin') as consent,
                coalesce(lower({{ resource_app_id }}), '00000003-0000-0000-c000-000000000000') as resource_app_id
        ) as given
    )
{% endmacro %}


{#
    none, low, medium, high or critical.

    permission: its name, such as 'Mail.Read'; of an application permission the `value` of the app role
    type: 'delegated' or 'application'
    resource_app_id: appId of the API it belongs to; null is taken for Microsoft Graph
    consent: 'admin' for everybody (so is every application permission), 'user' for one person; null is taken for
        'admin'
#}
{% macro permission_risk(permission, type, resource_app_id, consent) %}
(
    select
        case
            when rated.name is null then null
            when rated.type = 'delegated' and rated.name in ('openid', 'profile', 'email', 'offline_access') then 'none'
            when rated.type = 'delegated' and rated.name = 'user.read' then 'low'
            when rated.is_limited then
                case
                    when rated.class = 'control' then 'high'
                    when rated.class = 'content' and rated.type = 'application' then 'medium'
                    else 'low'
                end
            when rated.class = 'control' then
                case
                    when rated.does = 'basic' then 'low'
                    when rated.does = 'read' and rated.type = 'delegated' and rated.reach = '' then 'low'
                    when rated.does = 'read' then 'medium'
                    when rated.does = 'write' and (rated.type = 'application' or rated.reach != '') then 'critical'
                    else 'high'
                end
            when rated.class = 'content' and rated.type = 'application' then
                case rated.does when 'basic' then 'medium' when 'write' then 'critical' else 'high' end
            when rated.class = 'content' then
                case
                    when rated.does = 'basic' then 'low'
                    when rated.does = 'write' then 'high'
                    when rated.consent = 'admin' and rated.reach in ('all', 'shared') then 'high'
                    else 'medium'
                end
            when rated.class = 'minor' then
                case
                    when rated.does = 'write' and (rated.type = 'application' or rated.reach = 'all') then 'medium'
                    else 'low'
                end
            when rated.does = 'basic' then 'low'
            when rated.does = 'write' and (rated.type = 'application' or rated.reach = 'all') then 'high'
            when rated.does in ('write', 'act') then 'medium'
            when rated.type = 'application' or rated.reach = 'all' then 'medium'
            else 'low'
        end
    from (
        select
            parts.*,
            case
                when {{ matches('parts.verb', '^readbasic') }} then 'basic'
                when {{ matches('parts.verb', 'impersonation|access_?as_?user') }} and parts.family = parts.name then 'act'
                when {{ matches('parts.verb', _permission_writes()) }} then 'write'
                when {{ matches('parts.verb', 'read|view|list|search|get|access|receive|query') }} then 'read'
                when {{ matches('parts.name', _permission_writes()) }} and not {{ matches('parts.name', 'read') }} then 'write'
                else 'unknown'
            end as does,
            {{ matches('parts.reach', '^(selected|appfolder|createdbyapp|ownedby|managedby|whereinstalled|restricted)$') }}
            or {{ matches('parts.verb', 'selected|self(for|$)') }} as is_limited,
            case
                when parts.resource_app_id not in (
                    '00000003-0000-0000-c000-000000000000',  -- Microsoft Graph
                    '00000002-0000-0000-c000-000000000000',  -- Azure AD Graph, its forerunner
                    '00000002-0000-0ff1-ce00-000000000000',  -- Exchange Online
                    '00000003-0000-0ff1-ce00-000000000000'  -- SharePoint Online
                ) then 'ordinary'
                when {{ matches('parts.family', '^(' ~ _permission_control() ~ ')') }} then 'control'
                when {{ matches('parts.family', '^(' ~ _permission_content() ~ ')') }} then 'content'
                when {{ matches('parts.family', '^(' ~ _permission_minor() ~ ')') }} then 'minor'
                else 'ordinary'
            end as class
        from {{ _permission_parts(permission, type, resource_app_id, consent) }} as parts
    ) as rated
)
{% endmacro %}


{#
    The same in words, such as 'read mail, for the whole company' or 'read and change files, all that the person signed
    in can reach'. Arguments as above.
#}
{% macro permission_words(permission, type) %}
(
    select
        case
            when parts.name is null then null
            when parts.name = 'openid' then 'sign people in'
            when parts.name = 'profile' then 'see the name and picture of the person signed in'
            when parts.name = 'email' then 'see the mail address of the person signed in'
            when parts.name = 'offline_access' then 'stay signed in while the person is away'
            when parts.name = 'user.read' and parts.type = 'delegated' then 'read the profile of the person signed in'
            when {{ matches('parts.name', '^(user_impersonation|access_as_user)$') }} then 'act as the person signed in'
            when parts.family = parts.name then 'use "' || trim({{ permission }}) || '"'
            else
                case
                    when {{ matches('parts.verb', '^readwrite|^readupdate') }} then 'read and change'
                    when {{ matches('parts.verb', '^readbasic') }} then 'read the basics of'
                    when {{ matches('parts.verb', '^read') }} then 'read'
                    when {{ matches('parts.verb', '^accessasuser') }} then 'do what the person may do with'
                    when parts.verb = 'fullcontrol' then 'have full control of'
                    when parts.verb = 'selected' then 'use chosen'
                    when {{ matches('parts.verb', '^manage') }} then 'manage'
                    when {{ matches('parts.verb', '^write') }} then 'change'
                    when {{ matches('parts.verb', '^(send|create|delete|export|invite|submit|upload|sign|migrate|search|run)$') }}
                        then parts.verb
                    else {{ _permission_spaced(permission, 2) }}
                end
                || ' '
                || case parts.family
                    when 'allsites' then 'SharePoint sites'
                    when 'application' then 'app registrations'
                    when 'approleassignment' then 'permissions of apps'
                    when 'approleassignments' then 'permissions of apps'
                    when 'channelmessage' then 'messages in channels'
                    when 'chatmessage' then 'messages in chats'
                    when 'chat' then 'chats'
                    when 'delegatedpermissiongrant' then 'consents'
                    when 'directory' then 'the directory'
                    when 'eas' then 'the mailbox'
                    when 'ediscovery' then 'eDiscovery cases'
                    when 'ews' then 'the mailbox'
                    when 'group' then 'groups'
                    when 'groupmember' then 'group members'
                    when 'imap' then 'the mailbox'
                    when 'myfiles' then 'files'
                    when 'notes' then 'OneNote notebooks'
                    when 'orgcontact' then 'company contacts'
                    when 'people' then 'who works with whom'
                    when 'pop' then 'the mailbox'
                    when 'rolemanagement' then 'admin roles'
                    when 'sites' then 'SharePoint sites'
                    when 'smtp' then 'mail'
                    when 'team' then 'teams'
                    when 'user' then 'user profiles'
                    when 'userauthenticationmethod' then 'ways to sign in'
                    else {{ _permission_plural(_permission_spaced(permission, 1)) }}
                end
                || case
                    when parts.reach in ('', 'all', 'shared') then ''
                    else ' (' || {{ _permission_spaced(permission, 3) }} || ')'
                end
                || case
                    when parts.type = 'application' then ', for the whole company'
                    when parts.reach = 'all' then ', all that the person signed in can reach'
                    when parts.reach = 'shared' and parts.verb = 'send'
                        then ', also from mailboxes shared with the person signed in'
                    when parts.reach = 'shared' then ', also what is shared with the person signed in'
                    else ', for the person signed in'
                end
        end
    from {{ _permission_parts(permission, type, 'null', 'null') }} as parts
)
{% endmacro %}


{# A part of a name as words: 'OnlineMeetings' as 'online meetings', 'APIConnectors' as 'api connectors'. #}
{% macro _permission_spaced(permission, part) -%}
lower(
    replace(
        {{ replace_matches(
            replace_matches("split_part(" ~ permission ~ ", '.', " ~ part ~ ")", '([a-z0-9])([A-Z])', '\\1 \\2'),
            '([A-Z])([A-Z][a-z])', '\\1 \\2'
        ) }},
        '-', ' '
    )
)
{%- endmacro %}

{# More than one, unless they are already or cannot be counted: 'device' as 'devices', 'presence' as it is. #}
{% macro _permission_plural(words) -%}
case
    when {{ matches(words, _permission_uncountable()) }} then {{ words }}
    when {{ matches(words, '[^aeou]y$') }} then {{ replace_matches(words, 'y$', 'ies') }}
    when {{ matches(words, '([cs]h|x)$') }} then {{ words }} || 'es'
    else {{ words }} || 's'
end
{%- endmacro %}

{% macro _permission_uncountable() -%}
(s|mail|presence|teamwork|management|administration|content|access|info|information|data|synchronization|configuration
{{- '|config|rbac|hunting|discovery|sharing|family|control|catalog|feed|health)$' -}}
{% endmacro %}


{# A level as a number, and back: for the highest of many. #}
{% macro risk_rank(level) -%}
({{ place_of(level, texts(['none', 'low', 'medium', 'high', 'critical'])) }} - 1)
{%- endmacro %}

{% macro risk_level(rank) -%}
{{ item_of(texts(['none', 'low', 'medium', 'high', 'critical']), rank ~ ' + 1') }}
{%- endmacro %}


{# Words in a verb that say more than reading. #}
{% macro _permission_writes() -%}
write|update|send|create|delete|remove|manage|full_?control|full_?access|import|export|invite|enable|restore|reset
{{- '|privileged|command|submit|upload|sign|migrate|initiate|join|execute|admin|impersonation|access_?as_?' -}}
{% endmacro %}

{% macro _permission_control() -%}
rolemanagement|roleassignment|roleeligibility|privileged|approleassignment|application$|application-|directory$
{{- '|delegatedpermissiongrant|delegatedadmin|userauth|user-passwordprofile|domain|organization$|policy|onprem' -}}
{{- '|adsynchronization|synchronization|identityprovider|trustframework|customauthentication' -}}
{{- '|entitlementmanagement$|lifecycleworkflows|administrativeunit|devicemanagement|devicelocalcredential' -}}
{{- '|bitlockerkey|serviceprincipalendpoint|customsecattribute|multitenant|publickey|agentidentity' -}}
{{- '|securityactions' -}}
{% endmacro %}

{% macro _permission_content() -%}
mail$|mailboxitem|mailboxfolder|files$|filestorage|myfiles|sites$|allsites|chat$|chatmessage|channelmessage|notes$
{{- '|shortnotes|onlinemeetingtranscript|onlinemeetingrecording|onlinemeetingartifact|callrecording|calltranscript' -}}
{{- '|ediscovery|ews$|imap$|pop$|smtp$|eas$|subjectrights' -}}
{{- '|aienterpriseinteraction|auditlogsquery|threathunting' -}}
{% endmacro %}

{% macro _permission_minor() -%}
presence|place|print|servicehealth|servicemessage|reports$|reportsettings|learning|teamsactivity|teamstab|teamtemplates
{{- '|teamworktag|teamworkappsettings|useractivity|usertimeline|usernotification|notifications|appcatalog|acronym' -}}
{{- '|bookmark|qna|browsersitelists|searchconfiguration|termstore|analytics|digitalhealth|virtualappointment' -}}
{{- '|bookings|crosstenantinformation|directoryrecommendations|attacksimulation|unifiedgroupmember' -}}
{{- '|workforceintegration' -}}
{% endmacro %}
