-- Few columns, and few rows for each person: what counts is how many people there are.
create table users as
    select 'user ' || n as id, 'Person ' || n as "displayName", mod(n, 40) != 0 as "accountEnabled",
           case when mod(n, 10) = 0 then 'Guest' else 'Member' end as "userType",
           timestamp '2024-01-01' as "createdDateTime", null::timestamp as "deletedDateTime",
           '[{"skuId": "e3"}]'::jsonb as "assignedLicenses",
           case when mod(n, 50) = 0 then timestamp '2026-05-01' end as "_sdc_deleted_at"
    from generate_series(1, :people) as n;
create table user_managers as
    select 'user ' || n as "userId", 'user ' || 1 + mod(n, 900) as "managerId", null::timestamp as "_sdc_deleted_at"
    from generate_series(1, :people) as n;
create table user_sign_in_activity as
    select 'user ' || n as id,
           jsonb_build_object('lastSuccessfulSignInDateTime', timestamp '2026-06-01' - mod(n, 300) * interval '1 day')
               as "signInActivity", null::timestamp as "_sdc_deleted_at"
    from generate_series(1, :people) as n;
create table user_registration_details as
    select 'user ' || n as id, mod(n, 3) = 0 as "isMfaRegistered", null::timestamp as "_sdc_deleted_at"
    from generate_series(1, :people) as n;
create table profile_photos as
    select 'user ' || n as "userId", 'picture' as photo, md5(n::text) as sha256, null::timestamp as "_sdc_deleted_at"
    from generate_series(1, :people) as n;
create table groups as
    select 'group ' || n as id, 'Group ' || n as "displayName", null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 500) as n;
create table group_members as
    select 'group ' || 1 + mod(n, 500) as "groupId", 'user ' || 1 + mod(n * 7, :people) as "memberId",
           'user' as "memberType", null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 3 * :people) as n;
create table service_principals as
    select 'principal ' || n as id, 'app ' || n as "appId", 'App ' || n as "displayName",
           'another tenant' as "appOwnerOrganizationId", true as "accountEnabled", null::timestamp as "deletedDateTime",
           'template ' || n as "applicationTemplateId", 'https://portal.example/' as homepage,
           jsonb_build_array('https://app' || n || '.example/') as "replyUrls", '[]'::jsonb as "appRoles",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 400) as n;
create table app_role_assignments as
    select 'seat ' || n as id, 'principal ' || 1 + mod(n, 400) as "resourceId",
           case when mod(n, 2) = 0 then 'group ' || 1 + mod(n, 500) else 'user ' || n end as "principalId",
           case when mod(n, 2) = 0 then 'Group' else 'User' end as "principalType",
           timestamp '2025-01-01' as "createdDateTime", '00000000-0000-0000-0000-000000000000' as "appRoleId",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 2000) as n;
create table oauth2_permission_grants as
    select 'grant ' || n as id, 'principal ' || 1 + mod(n, 400) as "clientId", 'principal 1' as "resourceId",
           'Principal' as "consentType", 'user ' || n as "principalId", 'User.Read Mail.Read' as scope,
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, :people) as n;
create table role_assignments as
    select 'role ' || n as id, 'user ' || n as "principalId", 'reader' as "roleDefinitionId",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 200) as n;
create table organization as
    select 'tenant' as id, 'Contoso' as "displayName", null::timestamp as "_sdc_deleted_at";
create table directory_audits as
    select 'audit ' || n as id, timestamp '2026-06-01' as "activityDateTime",
           'Add member to group' as "activityDisplayName", 'success' as result,
           jsonb_build_array(jsonb_build_object('type', 'User', 'id', 'user ' || n),
                             jsonb_build_object('type', 'Group', 'id', 'group ' || 1 + mod(n, 500))) as "targetResources",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, :people) as n;
create table sign_ins as
    select 'sign-in ' || n as id, timestamp '2026-06-10' - mod(n, 100) * interval '1 day' as "createdDateTime",
           'user ' || 1 + mod(n * 7919, :people) as "userId", 'app ' || 1 + mod(n, 400) as "appId",
           'App' as "appDisplayName", '{"errorCode": 0}'::jsonb as status,
           null::timestamp as "_sdc_deleted_at", timestamp '2026-06-10' as "_sdc_batched_at"
    from generate_series(1, 4 * :people) as n;
create table application_templates as
    select 'template ' || n as id, 'Product ' || n as "displayName", 'Publisher ' || n as publisher,
           'https://product' || n || '.example/' as "homePageUrl", '["crm"]'::jsonb as categories,
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 5000) as n;
create table applications as
    select 'registration ' || n as id, 'app ' || n as "appId", 'App ' || n as "displayName",
           jsonb_build_array(jsonb_build_object('keyId', n, 'endDateTime', '2026-06-20T00:00:00Z'))
               as "passwordCredentials", null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 400) as n;
create table application_owners as
    select 'registration ' || 1 + mod(n, 400) as "applicationId", 'user ' || n as "ownerId", 'user' as "ownerType",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 800) as n;
create table service_principal_owners as
    select 'principal ' || 1 + mod(n, 400) as "servicePrincipalId", 'user ' || n as "ownerId", 'user' as "ownerType",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 800) as n;
create table group_owners as
    select 'group ' || 1 + mod(n, 500) as "groupId", 'user ' || n as "ownerId", 'user' as "ownerType",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 800) as n;
create table devices as
    select 'device ' || n as id, 'Laptop ' || n as "displayName", 'Windows' as "operatingSystem",
           true as "accountEnabled", timestamp '2026-06-01' - mod(n, 300) * interval '1 day'
               as "approximateLastSignInDateTime", null::timestamp as "_sdc_deleted_at"
    from generate_series(1, :people) as n;
create table subscribed_skus as
    select 'sku ' || n as id, 'e' || n as "skuId", 'E' || n as "skuPartNumber", 'User' as "appliesTo",
           'Enabled' as "capabilityStatus", :people as "consumedUnits",
           '{"enabled": 30000, "warning": 0, "suspended": 0}'::jsonb as "prepaidUnits",
           jsonb_build_array(jsonb_build_object('servicePlanId', 'plan ' || n, 'appliesTo', 'User')) as "servicePlans",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 5) as n;
create table subscriptions as
    select 'subscription ' || n as id, 'e' || n as "skuId", 'E' || n as "skuPartNumber", 'Enabled' as status,
           false as "isTrial", 30000 as "totalLicenses", timestamp '2026-07-01' as "nextLifecycleDateTime",
           null::timestamp as "_sdc_deleted_at"
    from generate_series(1, 5) as n;
create table stream_runs as
    select 'run' as "runId", stream, timestamp '2026-06-10' as "startedAt", timestamp '2026-06-10' as "finishedAt",
           'complete' as outcome
    from unnest(array['users', 'groups', 'group_members', 'service_principals', 'app_role_assignments', 'organization',
                      'oauth2_permission_grants', 'role_assignments', 'directory_audits', 'sign_ins',
                      'user_sign_in_activity', 'user_registration_details', 'profile_photos', 'user_managers',
                      'application_templates', 'applications', 'application_owners', 'service_principal_owners',
                      'group_owners', 'devices', 'subscribed_skus', 'subscriptions']) as stream;
