# Prometheus Alertmanager's webhook, version "4"; also Mimir's and Thanos'.
if (.body | type) == "array" and (.body | any(type == "object" and has("labels"))) then
  {refuse: "This is the body of Alertmanager's own API (/api/v2/alerts), as vmalert, Prometheus and Thanos Ruler send it. It does not say which alerts belong together or are over. Let them send to an Alertmanager, and let that one send here by webhook_configs."}
elif (.body | type) == "object" and (.body.alerts | type) == "array" then
  first_set(.body.groupKey) as $key
  | if $key == null and (setting("eventPerAlert"; false) | not) then error("the body has alerts but no groupKey, which Alertmanager sends since 0.5") else . end
  | alert_events($key; null)
elif (.body | type) == "object" then
  # A payload of the user's own (payload of webhook_configs).
  . as $tree | .body | flat_event($tree; null)
else error("the body is neither a group of alerts nor an object") end
