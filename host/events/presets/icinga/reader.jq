# Icinga Notifications' default body, or the form that the script of the instructions sends.
. as $tree | .body
| if type != "object" then error("the body is neither the form of the script nor an object of Icinga Notifications") else . end
| if (.incident | type) == "object" or (.object | type) == "object" then
    .incident |= as_object | .object |= as_object | .event |= as_object
    | first_set(.incident.id) as $id
    | first_set(.incident.severity, .event.severity) as $severity
    | first_set(.state, .event.state) as $said
    | first_set(.event.type, .type) as $type
    | (.object.tags | pairs) as $tags
    | first_set(.object.name, $tags.host, .event.message, "Incident \($id // "without a number")") as $title
    # The default body does not say what happened; a severity of ok is all there is of an end.
    | (if ($type // "state") | test("^(state|incident-age|internal|)$") | not then
         (if $type | test("acknowledge|custom|mute") then "update" elif ($type | test("^(problem)$"; "i")) then "problem"
          elif ($type | test("^(recovery)$"; "i")) then "recovery" else "other" end)
       elif ($said // $severity // "" | test("^(ok|up|closed|recovered|resolved|recovery)$"; "i")) then "recovery"
       else "problem" end) as $kind
    | if $id == null then (if .event.message == null then {kind: "test", title: $title} else only_counted($title) end)
      elif $kind == "other" then only_counted($title)
      else
        {kind: $kind, key: $id, occurrence: $id,
         severity: ($severity | lookup({emerg: "critical", alert: "critical", crit: "critical", err: "high", warning: "medium", notice: "low", info: "info", debug: "info"}; null)),
         severityText: $severity,
         customer: customer_of($tree; null; ($tags | tag($tree | names_setting("customerTags"; ["customer", "tenant"])))),
         device: {name: $tags.host},
         title: $title, text: (first_set(.event.message) | line_ends),
         startedAt: null, at: first_set(.event.time),
         links: [(first_set(.object.url) | select(. != null) | {label: "object", url: .}),
                 (first_set(.incident.url) | select(. != null) | {label: "incident", url: .})],
         labels: $tags}
      end
  else
    first_set(.host, .hostname) as $host
    | first_set(.service, .servicename) as $service
    | if $host == null then (if .type == null then {kind: "test", title: "Test without a host"} else error("host is not set") end)
      else
        (first_set(.state) | if . == null then null else ascii_upcase end) as $state
        | first_set(.host_display, $host) as $shown
        | (joined(" / "; $shown, first_set(if $service == null then null else .service_display end, $service)) + (if $state == null then "" else " is \($state)" end)) as $title
        | (.type | check_kind($state)) as $kind
        | if $kind == "other" then only_counted("\(.type): \($title)") else
          {kind: $kind, key: "\($host)|\($service // "")",
           severity: ($state | check_severity), severityText: $state,
           customer: customer_of($tree; first_set(.customer_id); first_set(.customer)),
           device: {name: $host, address: first_set(.address)},
           title: $title,
           text: (if $kind == "update" then joined("\n"; joined(": "; .author, .comment), .output) else joined("\n"; .output, .long_output) end | line_ends),
           startedAt: null, at: first_set(.timet)} end
      end
  end
