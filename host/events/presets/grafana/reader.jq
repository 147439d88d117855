# Grafana's own alerts: Alertmanager's form with more members. A group belongs to an organisation of Grafana.
if (.body | type) == "array" and (.body | any(type == "object" and has("labels"))) then
  {refuse: "This is the body of Alertmanager's API (/api/v2/alerts), which Grafana's contact point of type Alertmanager sends. Choose the contact point type Webhook instead."}
elif (.body | type) == "object" and (.body.alerts | type) == "array" then
  .body as $body | (.body.alerts[0] | as_object) as $first | (.body.commonLabels | as_object) as $labels
  | first_set($labels.alertname, ($first.labels | as_object | .alertname)) as $name
  | first_set($body.orgId, $first.orgId) as $organisation
  | first_set($body.groupKey) as $group
  | if $name == "TestAlert" or (($group // "") | startswith("test-")) then
      {kind: "test", title: first_set($body.title, $name, "Test of the contact point")}
    else
      (if $group == null and (setting("eventPerAlert"; false) | not) then error("the body has alerts but no groupKey") else . end)
      # Grafana's own alerts on a rule without data or with an error have the rule's name elsewhere.
      | (first_set($labels.rulename) | if . == null then null
         elif $name == "DatasourceNoData" then "No data: " + . elif $name == "DatasourceError" then "Query error: " + . else null end) as $fault
      | alert_events((if $organisation == null then "" else "org\($organisation)|" end) + ($group // ""); $fault // first_set($body.title))
    end
elif (.body | type) == "object" then
  # A custom payload.
  . as $tree | .body | flat_event($tree; null)
else error("the body is neither a group of alerts nor an object") end
