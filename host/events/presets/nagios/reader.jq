# NAGIOS_* as Nagios gives them to notification commands. Problem ids are 0 in a recovery: host and service identify it.
. as $tree | .body
| if type != "object" then error("the body is not a form of NAGIOS_ variables") else . end
| with_entries(.key |= ltrimstr("NAGIOS_"))
| first_set(.HOSTNAME) as $host
| if $host == null then (if first_set(.NOTIFICATIONTYPE) == null then {kind: "test", title: "Test without a host"} else error("NAGIOS_HOSTNAME is not set") end)
  else
    first_set(.SERVICEDESC) as $service
    | (if $service != null then first_set(.SERVICESTATE) else first_set(.HOSTSTATE) end) as $state
    | (joined(" / "; $host, $service) + (if $state == null then "" else " is \($state)" end)) as $title
    | (.NOTIFICATIONTYPE | check_kind($state)) as $kind
    | if $kind == "other" then only_counted("\(.NOTIFICATIONTYPE): \($title)") else
      (if $service != null then joined("\n"; .SERVICEOUTPUT, .LONGSERVICEOUTPUT) else joined("\n"; .HOSTOUTPUT, .LONGHOSTOUTPUT) end) as $output
      | {kind: $kind, key: "\($host)|\($service // "")",
         severity: ($state | check_severity), severityText: $state,
         customer: customer_of($tree; first_set(._HOSTCUSTOMER_ID, .HOSTGROUPNAME); first_set(._HOSTCUSTOMER, ._SERVICECUSTOMER)),
         device: {name: $host, address: first_set(.HOSTADDRESS)},
         title: $title,
         text: (if $kind == "update" then joined("\n"; joined(": "; first_set(.SERVICEACKAUTHOR, .HOSTACKAUTHOR, .NOTIFICATIONAUTHOR), first_set(.SERVICEACKCOMMENT, .HOSTACKCOMMENT, .NOTIFICATIONCOMMENT)), $output) else $output end | line_ends),
         startedAt: null, at: first_set(.TIMET)} end
  end
