-- One row a finding that another one explains, with that one: the best explanation if there are several. It is at least
-- as severe, so that no urgent finding stands below a less urgent one.
with explanations (kind, parent_kind, shared, place) as (
    values
    {% for kind, facts in finding_kinds().items() if 'explained_by' in facts %}
    {% set is_last_kind = loop.last %}
    {% for parent_kind, shared in facts['explained_by'] %}
    ('{{ kind }}', '{{ parent_kind }}', '{{ shared }}', {{ loop.index }}){{ '' if is_last_kind and loop.last else ',' }}
    {% endfor %}
    {% endfor %}
)

select distinct on (findings.insight_id)
    findings.insight_id,
    parents.insight_id as parent_id
from {{ ref('int_entra__findings') }} as findings
inner join explanations on findings.kind = explanations.kind
left join {{ ref('int_entra__absent_people') }} as absent_people
    on findings.subject_id = absent_people.user_id and absent_people.account_state = 'active'
inner join {{ ref('int_entra__findings') }} as parents
    on
        explanations.parent_kind = parents.kind
        and case explanations.shared
            when 'related_id' then findings.related_id
            when 'department' then absent_people.department
            else findings.subject_id
        end = parents.subject_id
        and {{ severity_rank('parents.severity') }} <= {{ severity_rank('findings.severity') }}
order by findings.insight_id asc, explanations.place asc
