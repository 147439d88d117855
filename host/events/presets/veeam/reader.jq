# Alarms of Veeam Service Provider Console as its API gives them, or what the script of the instructions sends for Veeam ONE.
def kind_of: ascii_downcase | if test("^(resolved|ok|success|closed)$") then "recovery" elif test("^(acknowledged|suppressed)$") then "update" else "problem" end;
def severity_of: lookup({error: "high", critical: "critical", failed: "high", warning: "medium", info: "info", information: "info"}; null);
def alarm($tree):
  if (.lastActivation | type) == "object" then
    first_set(.lastActivation.status) as $status
    | (.object | if type == "object" then . else {} end) as $object
    | first_set(.objectName, $object.objectName, .computerName, $object.computerName) as $name
    | if $status == null then error("lastActivation.status is not set") else
      {kind: ($status | kind_of), key: "\(first_set(.alarmTemplateId, .alarmTemplateUid) // "")|\(first_set(.id, .instanceUid) // error("the alarm has no id"))",
       severity: ($status | severity_of), severityText: $status,
       customer: customer_of($tree; first_set(.companyId, .organizationUid, $object.organizationUid); first_set(.companyName, $object.organizationName)),
       device: {name: first_set(.computerName, $object.computerName)},
       title: joined(": "; $name, (first_set(.lastActivation.message) | trimmed)),
       text: first_set(.lastActivation.message),
       startedAt: null, at: first_set(.lastActivation.time)} end
  else
    first_set(.status) as $status
    | first_set(.alarm) as $alarm
    | first_set(.object) as $object
    | if $alarm == null and $object == null and $status == null then {kind: "test", title: "Test without an alarm"}
      elif $status == null then error("status is not set: the script needs it")
      else
        {kind: ($status | kind_of), key: "\($alarm // "")|\($object // "")",
         severity: ($status | severity_of), severityText: $status,
         customer: customer_of($tree; first_set(.customer_id); first_set(.customer)),
         device: {name: first_set(.device, .computer)},
         title: (joined(": "; $object, (first_set(.text) | trimmed)) // $alarm),
         text: first_set(.text),
         startedAt: null, at: (.time | local_time($tree | setting("timeFormat"; null)))}
      end
  end;
. as $tree | .body
| if type == "object" and (.data | type) == "array" then [.data[] | if type == "object" then alarm($tree) else error("an alarm is not an object") end]
  elif type == "array" then [.[] | if type == "object" then alarm($tree) else error("an alarm is not an object") end]
  elif type == "object" then alarm($tree)
  else error("the body is not an alarm") end
