# NOTIFY_* as Checkmk gives them to notification scripts. Host notifications have no SERVICE* at all.
. as $tree | .body
| if type != "object" then error("the body is not an object of NOTIFY_ variables") else . end
| with_entries(.key |= ltrimstr("NOTIFY_"))
| first_set(.HOSTNAME) as $host
| if $host == null then (if first_set(.NOTIFICATIONTYPE) == null then {kind: "test", title: "Test without a host"} else error("NOTIFY_HOSTNAME is not set") end)
  else
    first_set(.SERVICEDESC) as $service
    | (if $service != null then first_set(.SERVICESTATE, .SERVICESHORTSTATE) else first_set(.HOSTSTATE, .HOSTSHORTSTATE) end) as $state
    | (joined(" / "; $host, $service) + (if $state == null then "" else " is \($state)" end)) as $title
    | (.NOTIFICATIONTYPE | check_kind($state)) as $kind
    | if $kind == "other" then only_counted("\(.NOTIFICATIONTYPE): \($title)") else
      ($tree | names_setting("customerLabels"; ["customer", "tenant"])) as $names
      | (if $service != null then joined("\n"; .SERVICEOUTPUT, .LONGSERVICEOUTPUT) else joined("\n"; .HOSTOUTPUT, .LONGHOSTOUTPUT) end) as $output
      | {kind: $kind, key: "\(.OMD_SITE // "")|\($host)|\($service // "")",
         severity: ($state | check_severity), severityText: $state,
         customer: customer_of($tree; null;
           first_set($names[] as $name | ("HOSTLABEL_", "SERVICELABEL_", "HOSTTAG_", "HOST_", "HOST__") as $kinds
             | .[$kinds + $name])),
         device: {name: $host, address: first_set(.HOSTADDRESS, .HOST_ADDRESS_4)},
         title: $title,
         text: (if $kind == "update" then joined("\n"; joined(": "; .NOTIFICATIONAUTHOR, .NOTIFICATIONCOMMENT), $output) else $output end | line_ends),
         startedAt: null,
         at: first_set(.MICROTIME, .LONGDATETIME_ISO, .SHORTDATETIME),
         links: [($tree | setting("webUrl"; null)) as $web | first_set((if $service != null then .SERVICEURL else null end), .HOSTURL)
                 | select(. != null and $web != null) | {label: "object", url: (($web | sub("/+$"; "")) + .)}],
         labels: {notification: first_set(.NOTIFICATIONTYPE)}} end
  end
