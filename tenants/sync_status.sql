-- entra_tenants.sync_status: whether each stream of each tenant is up to date. It looks the tenants' schemas up when it is
-- asked, so that a build, which replaces a tenant's views, does not take it along.
drop view if exists entra_tenants.sync_status;
drop function if exists entra_tenants.read_sync_status();

create function entra_tenants.read_sync_status()
returns table (
    tenant text,
    stream text,
    state text,
    reason text,
    action text,
    last_run_at timestamp,
    last_outcome text,
    last_complete_at timestamp,
    rows bigint
)
language plpgsql stable as $function$
#variable_conflict use_column
declare
    one record;
begin
    for one in select * from entra_tenants.tenants order by id loop
        if to_regclass(format('%I.sync_status', one.raw_schema || '_views')) is not null then
            return query execute format(
                'select %L::text, stream, state, reason, action, last_run_at, last_outcome, last_complete_at, rows from %I.sync_status',
                one.id, one.raw_schema || '_views'
            );
        elsif to_regclass(format('%I.stream_runs', one.raw_schema)) is not null then
            -- Its views were never built: what the runs say of themselves.
            return query execute format(
                $query$
                    select distinct on (stream)
                        %L::text,
                        stream::text,
                        case
                            when "finishedAt" < now() at time zone 'utc' - interval '3 days' then 'action required'
                            when outcome = 'complete' then 'active'
                            when outcome = 'skipped' then 'not available'
                            else 'action required'
                        end,
                        case
                            when "finishedAt" < now() at time zone 'utc' - interval '3 days'
                                then 'not read since ' || to_char("finishedAt", 'YYYY-MM-DD')
                            else 'the last run ended: ' || outcome || coalesce(' (' || "graphCode" || ')', '')
                        end,
                        action::text,
                        "finishedAt"::timestamp,
                        outcome::text,
                        max("finishedAt") filter (where outcome = 'complete') over (partition by stream)::timestamp,
                        rows::bigint
                    from %I.stream_runs
                    order by stream, "finishedAt" desc
                $query$,
                one.id, one.raw_schema
            );
        else
            return query select
                one.id, null::text, 'action required', 'never loaded',
                'See how its run ends: python -m tenants run ' || one.id,
                null::timestamp, null::text, null::timestamp, null::bigint;
        end if;
    end loop;
end
$function$;

create view entra_tenants.sync_status as select * from entra_tenants.read_sync_status();
comment on view entra_tenants.sync_status is 'One row per stream of each tenant: whether it is up to date, and if not, what to do';

commit;
