# Functions that stand before every reader. They may be used in readers that operators write: docs/sources.md lists them.
# "Set" means: neither null nor "". The host has already made null of what is blank or a placeholder of the sender.

# The value as text: numbers and booleans too; nothing for null, objects and arrays.
def scalar: if . == null then empty elif type == "string" then . elif type == "number" or type == "boolean" then tostring else empty end;

# An object as it is; anything else as one without members.
def as_object: if type == "object" then . else {} end;

# The first of several values that is set, as text; null if none is: first_set(.host, .instance).
def first_set(f): [f | scalar | select(. != "")] | .[0];

# All values that are set, joined; null if none is.
def joined($separator; f): [f | scalar | select(. != "")] | if length == 0 then null else join($separator) end;

# The value looked up in a table whose names are in lower case; `otherwise` if it is not there.
def lookup($table; otherwise): first_set(.) as $text
  | if $text == null then otherwise elif $table[$text] != null then $table[$text]
    else ($text | ascii_downcase) as $lower | if $table | has($lower) then $table[$lower] else otherwise end end;

# What a regular expression's group `part` finds in a text; null if it does not match.
def part($pattern): if type == "string" then ([capture($pattern; "i")] | .[0].part) else null end;

def trimmed: if type == "string" then sub("^\\s+"; "") | sub("\\s+$"; "") else . end;

# Tags or labels in any of their forms, as an object of texts: an object, a list of {name, value}, of pairs, or of
# "name:value" and "name=value", also as JSON or separated by commas in one text. Of equal names the first counts.
def pairs:
  def entries:
    if type == "string" then capture("^\\s*(?<key>[^:=]+?)\\s*[:=]\\s*(?<value>.*\\S)") // empty
    elif type == "array" then {key: first_set(.[0]), value: first_set(.[1])}
    elif type == "object" then {key: first_set(.name, .tag, .key), value: first_set(.value)}
    else empty end;
  if type == "string" then (try fromjson catch null) as $parsed
    | if ($parsed | type) == "array" or ($parsed | type) == "object" then $parsed else split(",") end
  else . end
  | if type == "object" then to_entries elif type == "array" then . else [] end
  | reduce (.[] | entries | select(.key != null and .value != null and (.value | test("\\S")))) as $entry
      ({}; if has($entry.key) then . else .[$entry.key] = $entry.value end);

# The first of several names that is set in an object of texts: tag(["customer", "tenant"]).
def tag($names): if type == "object" then . as $tags | first_set($tags[$names[]]) else null end;

# A setting of the source, from the whole tree: setting("customerTags"; ["customer"]).
def setting($name; $default): .source.settings[$name]? | if . == null or . == "" then $default else . end;

# A setting that lists names of tags or labels, with each name also in lower case, upper case and capitalized: psa-host has
# worked these out. Where a source has no such setting, $default holds, in the cases that tags mostly have.
def names_setting($name; $default): .source.names[$name]?
  | if . == null or . == [] then [$default[] | ., (.[:1] | ascii_upcase) + .[1:]] else . end;

# The words for severities that senders use, in lower case.
def severity_words: {
  critical: "critical", crit: "critical", page: "critical", fatal: "critical", disaster: "critical", emergency: "critical",
  emerg: "critical", alert: "critical", blocker: "critical", p1: "critical", sev1: "critical",
  high: "high", error: "high", err: "high", major: "high", urgent: "high", severe: "high", p2: "high", sev2: "high",
  medium: "medium", warning: "medium", warn: "medium", moderate: "medium", average: "medium", normal: "medium", p3: "medium",
  sev3: "medium",
  low: "low", minor: "low", p4: "low", sev4: "low",
  info: "info", information: "info", informational: "info", notice: "info", debug: "info", trace: "info", none: "info",
  p5: "info", sev5: "info"};

# These words, and those that the source's setting `severities` adds ("word=level"); from the whole tree.
def severities: severity_words + (setting("severities"; []) | pairs | with_entries(.key |= ascii_downcase));

# The customer of an event; the source's setting `customer` where the body names none. $tree is the whole tree.
def customer_of($tree; $id; $name):
  if $id == null and $name == null then ($tree | setting("customer"; null)) | if . == null then null else {name: .} end
  else {id: $id, name: $name} end;

# A time of UTC that does not say so.
def utc: if type == "string" and test("\\d$") then . + "Z" else . end;

# A time as senders write it in the format of their country: $format, strftime's, if that is set; null where day and
# month cannot be told apart.
def local_time($format): first_set(.) as $text
  | if $text != null and $format != null then {text: $text, format: $format}
    elif $text != null and ($text | test("^(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/\\d{4} [\\d:.]+$")) then null
    else $text end;

# A line end that a sender writes as the two characters \n.
def line_ends: if type == "string" then split("\\n") | join("\n") else . end;

# An event that never makes a ticket.
def only_counted($title): {kind: "other", title: $title};

# Notification types of Nagios and its descendants; Checkmk adds something in brackets to some of them.
def check_kind($state):
  (first_set(.) // "" | ascii_upcase | part("^\\s*(?<part>[A-Z_]+)")) as $type
  | if $type == "PROBLEM" then (if $state == "OK" or $state == "UP" then "recovery" else "problem" end)
    elif $type == "RECOVERY" then "recovery"
    elif $type == "ACKNOWLEDGEMENT" or $type == "CUSTOM" then "update"
    elif $type == null then error("there is no notification type, like PROBLEM or RECOVERY")
    else "other" end;

def check_severity: lookup({crit: "critical", critical: "critical", down: "critical", warn: "medium", warning: "medium",
  unknown: "low", unreach: "low", unreachable: "low"}; null);

# One event of a flat object, by the names that members have in most such bodies. Case, "_", "-" and "." do not count.
def flat_event($tree; $severity):
  def shape: reduce (to_entries[]) as $entry ({}; .[$entry.key | ascii_downcase | gsub("[^a-z0-9]"; "")] //= $entry.value);
  def kind_of: if type == "string" then (ascii_downcase | gsub("^[^a-z]+|[^a-z]+$"; "")) else "" end
    | if test("^(resolved?|ok|up|recover(y|ed)|closed?|cleared?|normal|online|healthy|success|succeeded|ended|restored|inactive|green)\\b") then "recovery"
      elif test("^(update[ds]?|ack(nowledged?|nowledgement)?|changed|comment(ed)?|note|assigned)\\b") then "update"
      elif test("^test\\b") then "test"
      elif test("^(firing|fired?|problem|down|trigger(ed)?|alert(ing)?|open(ed)?|fail(ed|ure|ing)?|crit(ical)?|warn(ing)?|error|fatal|alarm|active|raised?|new|created?|trouble|offline|unhealthy|started|red|yellow|high|major|minor|incident)\\b") then "problem"
      else empty end;
  if type != "object" then error("the body is not a JSON object") else . end
  | shape as $m
  | ([$m | .kind, .event, .status, .state, .action, .eventtype, .alertstate, .alertstatus, .type | kind_of] | .[0]) as $said
  | ($m | first_set(.resolved, .isresolved, .recovered) | if . == null then null else ascii_downcase | if . == "true" or . == "1" or . == "yes" then "recovery" else "problem" end end) as $flag
  | ($m | first_set(.title, .subject, .summary, .alertname, .message, .msg, .text, .description)) as $title
  | if $title == null then error("no member is named like a title: title, subject, summary, message") else . end
  | ($flag // $said // "problem") as $kind
  | ($m.customer | as_object) as $customer
  | ($m.device // $m.host | as_object) as $device
  | ($m | first_set($device.name, $device.hostname, .device, .host, .hostname, .devicename, .computer, .computername, .server, .servername, .node, .agent, .machine, .monitor, .monitorname, .instance)) as $name
  | ($m | first_set(.deviceid, .hostid, .computerid, .agentid, .monitorid, $device.id)) as $deviceId
  | ($m | first_set(.severity, .prio, .priority, .level, .urgency, .criticality)) as $severityText
  | ($m | first_set(.startedat, .startsat, .started, .since, .start, .starttime, .triggeredat, .firstseen, .begin)) as $start
  | ($m | first_set(if $kind == "recovery" then (.resolvedat, .endedat, .endsat, .closedat, .end, .endtime) else empty end, .at, .time, .timestamp, .date, .datetime, .occurredat, .eventtime)) as $at
  | if $kind == "test" then {kind: "test", title: $title} else
    {kind: $kind,
     key: ($m | first_set(.key, .dedupkey, .deduplicationkey, .alertkey, .id, .alertid, .alertuid, .uid, .uuid, .incidentid, .problemid, .eventid, .triggerid, .fingerprint, .checkid, .monitorid, .sensorid)
           // joined("|"; $name // $deviceId, (.check, .service, .sensor, .alertname, .metric | scalar))
           // $title),
     occurrence: ($m | first_set(.occurrence) // (if $start == null then null else {earliest: [$start]} end)),
     severity: ($severityText | lookup($tree | severities; $severity)), severityText: $severityText,
     customer: customer_of($tree;
       ($m | first_set($customer.id, .customerid, .clientid, .tenantid, .companyid, .organizationid, .organisationid, .orgid, .accountid));
       ($m | first_set($customer.name, .customer, .customername, .client, .clientname, .tenant, .tenantname, .company, .companyname, .organization, .organizationname, .organisation, .organisationname, .org, .account, .accountname, .site, .sitename))),
     device: {id: $deviceId, name: $name,
              address: ($m | first_set($device.address, $device.ip, .address, .ip, .ipaddress, .deviceip, .hostip, .hostaddress))},
     title: $title,
     text: ($m | first_set(.text, .description, .message, .msg, .body, .details, .detail, .output, .reason, .comment)),
     startedAt: ($start | local_time(null)),
     at: ($at | local_time(null)),
     links: [$m | first_set(.url, .link, .href, .weburl, .alerturl) | select(. != null) | {label: "source", url: .}],
     labels: (($m.labels // $m.tags) | pairs)} end;

# Events of a group of Prometheus alerts: one for each customer in it. $key identifies the group; $title stands in where
# the alerts of the whole group have no summary in common; null = the alert's name.
def alert_events($key; $title):
  def summary: first_set(.annotations.summary, .annotations.message, .annotations.title);
  def line: summary // first_set(.annotations.description, .labels.alertname);
  def common(f): . as $all | if length == 0 then {} else
    .[0] | f // {} | with_entries(select(. as $entry | all($all[]; (f)[$entry.key]? == $entry.value))) end;
  def urls($caption): map(scalar) | if length < 2 then .[] | {label: $caption, url: .} else to_entries | group_by(.value) | map(.[0]) | sort_by(.key) | .[:10][] | {label: $caption, url: .value} end;
  . as $tree | .body as $body
  | names_setting("customerLabels"; ["customer", "tenant"]) as $customerLabels
  | names_setting("deviceLabels"; ["host", "instance"]) as $deviceLabels
  | names_setting("severityLabels"; ["severity"]) as $severityLabels
  | severities as $severities
  | (first_set($body.notification_reason) // "") as $reason
  | ($body.truncatedAlerts | if type == "number" then . elif type == "string" then (tonumber? // 0) else 0 end) as $left
  | ($body.alerts | map(select(type == "object")
     | . + {status: (.status // $body.status), labels: (.labels | as_object), annotations: (.annotations | as_object)}
     | {alert: ., customer: (.labels | tag($customerLabels))})) as $alerts
  | setting("eventPerAlert"; false) as $perAlert
  | (($alerts | any(.customer != null)) and ($body.groupLabels | as_object | tag($customerLabels)) == null) as $ungrouped
  | (if $perAlert then $alerts | map([.])
     elif ($alerts | length) == 0 then [[]]
     else $alerts | to_entries | group_by(.value.customer) | sort_by(.[0].key) | map(map(.value)) end) as $groups
  | (($groups | length) == 1 and ($perAlert | not)) as $whole
  | ($ungrouped or ($groups | length) > 1) as $divided
  | [$groups[]
     | (.[0].customer) as $customer | map(.alert)
     | map(select(.status != "resolved")) as $firing
     | (if $whole and ($body.commonLabels | type) == "object" then $body.commonLabels else common(.labels) end) as $labels
     | (if $whole and ($body.commonAnnotations | type) == "object" then $body.commonAnnotations else common(.annotations) end) as $annotations
     | (if length == 0 then $body.status == "resolved" else ($firing | length) == 0 end) as $over
     | (if $perAlert then (if $over then "recovery" else "problem" end)
        elif $reason == "all alerts resolved" then "recovery"
        elif $divided and $over then (if $left > 0 then "update" else "recovery" end)
        elif $reason == "first notification" then "problem"
        # Which customer's alerts are new is not said, and a problem that is known already stays one.
        elif $reason == "new alerts added" then (if $divided then "problem" else "update" end)
        elif $reason == "some alerts resolved" or $reason == "repeat interval elapsed" then "update"
        elif $over then (if $left > 0 then "update" else "recovery" end)
        else "problem" end) as $kind
     | ((if ($firing | length) > 0 then $firing else . end)
        | [.[] | .labels | tag($severityLabels) | select(. != null)]
        | unique | map({text: ., level: lookup($severities; null)})
        | sort_by(.level as $level | ["info", "low", "medium", "high", "critical"] | index([$level]) // -1) | .[-1]) as $severity
     # A resolved alert that is still in the group began before a trouble that has come back.
     | {earliest: ((if ($firing | length) > 0 then $firing else . end) | map(first_set(.startsAt)))} as $began
     | {kind: $kind,
        key: (if $perAlert then first_set(.[0].fingerprint) elif $divided and $customer != null then $key + "|" + $customer else $key end),
        group: (if $divided and ($perAlert | not) then $key else null end),
        occurrence: $began,
        severity: $severity.level, severityText: $severity.text,
        customer: customer_of($tree; null; $customer),
        device: ($labels | tag($deviceLabels) | if . == null then null else {name: .} end),
        title: (({annotations: $annotations} | summary) // (if $whole then $title else null end) // first_set($labels.alertname)
                // (if length == 0 then first_set($body.groupLabels | as_object | .alertname) // "Alerts without a name"
                    else (.[0] | line // "Alert without a name") + (if length > 1 then " and \(length - 1) more" else "" end) end)),
        text: (first_set($annotations.description, $annotations.message, $annotations.details)
               // (if $divided and $whole == false and length == 1 then null
                   else joined("\n"; (.[:50][] | line), (if length > 50 then "and \(length - 50) more" else null end)) end)),
        startedAt: $began,
        at: (if $kind == "problem" or length == ($firing | length) then null
             else {latest: map(if .status == "resolved" then first_set(.endsAt) else first_set(.startsAt) end)} end),
        links: [(.[:50] | (map(.generatorURL) | urls("source")), (map(.dashboardURL) | urls("dashboard")), (map(.panelURL) | urls("panel")),
                 (map(.imageURL) | urls("image")), (map(.annotations | first_set(.runbook_url?, .runbook?)) | urls("runbook")))],
        labels: ($labels | if all(.[]; type == "string") then . else map_values(first_set(.)) end), left: $left,
        # An update lists its alerts if some fire: the host opens an episode for it if the first notification was lost.
        parts: [(if $kind == "update" and ($firing | length) == 0 then [] else . end)[].fingerprint | scalar]}];
