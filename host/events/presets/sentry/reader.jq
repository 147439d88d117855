# Sentry's integration platform. The header names the resource; the members of `data` tell it too.
. as $tree | .body as $body | .headers as $headers
| if ($body | type) != "object" then error("the body is not an object") else . end
| first_set($body.action) as $action
| ($body.data | if type == "object" then . else {} end) as $data
| (first_set($headers["sentry-hook-resource"]) // (if $data.metric_alert != null then "metric_alert" elif $data.event != null then "event_alert"
     elif $data.issue != null then "issue" else null end)) as $resource
| first_set($headers["request-id"]) as $delivery
| if $resource == "metric_alert" and ($data.metric_alert | type) == "object" then
    $data.metric_alert as $alert
    | ($action | lookup({critical: "problem", warning: "problem", resolved: "recovery"}; null)) as $kind
    | first_set($data.description_title, $alert.title, $alert.alert_rule.name?, "Metric alert \($alert.id)") as $title
    | if $kind == null then only_counted($title) + {deliveryId: $delivery} else
      {kind: $kind, key: "metric|\(first_set($alert.id, $alert.identifier) // error("data.metric_alert.id is not set"))", occurrence: first_set($alert.id),
       severity: ($action | lookup({critical: "critical", warning: "medium"}; null)), severityText: $action,
       customer: customer_of($tree; first_set($alert.projects[0]?); null),
       title: $title, text: first_set($data.description_text),
       startedAt: first_set($alert.date_started),
       at: (if $kind == "recovery" then first_set($alert.date_closed, $headers["sentry-hook-timestamp"]) else null end),
       links: [first_set($data.web_url) | select(. != null) | {label: "alert", url: .}],
       deliveryId: $delivery} end
  elif $resource == "event_alert" and ($data.event | type) == "object" then
    $data.event as $event
    | ($event.tags | pairs) as $tags
    | first_set($event.level, $tags.level) as $level
    | {kind: "problem", key: "issue|\(first_set($event.issue_id, $event.groupID) // ($event.issue_url | part("/issues/(?<part>\\d+)/?$")) // error("data.event.issue_id is not set"))",
       severity: ($level | lookup({fatal: "critical", error: "high", warning: "medium", info: "info", debug: "info", sample: "info"}; null)), severityText: $level,
       customer: customer_of($tree; first_set($event.project, $event.project_slug); ($tags | tag($tree | names_setting("customerTags"; ["customer", "tenant"])))),
       device: ($tags | tag($tree | names_setting("deviceTags"; ["server_name", "device"])) | if . == null then null else {name: .} end),
       title: first_set($event.title, $event.message, $data.triggered_rule, "Issue \($event.issue_id)"),
       text: joined("\n"; $event.culprit, $data.triggered_rule),
       startedAt: null, at: first_set($event.datetime, $event.timestamp),
       links: [first_set($event.web_url, $event.url) | select(. != null) | {label: "event", url: .}],
       labels: $tags, deliveryId: $delivery}
  elif $resource == "issue" and ($data.issue | type) == "object" and $action == "resolved" then
    $data.issue as $issue
    | {kind: "recovery", key: "issue|\(first_set($issue.id) // error("data.issue.id is not set"))",
       severity: null, severityText: first_set($issue.level),
       customer: customer_of($tree; first_set($issue.project.id?, $issue.project); ($issue.tags | pairs | tag($tree | names_setting("customerTags"; ["customer", "tenant"])))),
       title: first_set($issue.title, $issue.shortId, "Issue \($issue.id)"),
       text: first_set($issue.culprit),
       startedAt: null, at: first_set($headers["sentry-hook-timestamp"]),
       links: [first_set($issue.web_url, $issue.permalink, $data.web_url) | select(. != null) | {label: "issue", url: .}],
       deliveryId: $delivery}
  elif $resource == null and $action == null then error("this is not a webhook of Sentry's integration platform: there is neither Sentry-Hook-Resource nor action")
  else
    only_counted(first_set($data.issue.title?, $data.error.title?, $data.event.title?, joined(" "; $resource, $action))) + {deliveryId: $delivery}
  end
