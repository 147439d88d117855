# N-central's notification as XML, or the same keywords in a JSON template. Any of them may be missing.
. as $tree | .body
| if type == "object" and (.notification | type) == "object" then .notification else . end
| if type != "object" then error("the body is neither the XML of the notification nor an object") else . end
| first_set(.QualitativeNewState) as $state
| first_set(.DeviceName) as $device
| first_set(.AffectedService) as $service
| first_set(.CustomerName) as $customer
| if $state == null and $device == null and $service == null then {kind: "test", title: "Test without a device or service"}
  elif $state == null then error("QualitativeNewState is not set: add it to the notification's template")
  else
    {kind: (if ($state | ascii_downcase) == "normal" then "recovery" else "problem" end),
     key: "\($customer // "")|\($device // "")|\($service // "")|\(first_set(.TaskIdent) // "")",
     severity: ($state | lookup({failed: "critical", warning: "medium"}; "low")), severityText: $state,
     customer: customer_of($tree; first_set(.ExternalCustomerID); first_set($customer, .ServiceOrganizationName)),
     device: {name: $device, address: first_set(.DeviceURI)},
     title: ((joined(" on "; $service, $device) // "Task \(.TaskIdent // "without a name")") + ": \($state)"),
     text: first_set(.QuantitativeNewState),
     startedAt: null, at: first_set(.TimeOfStateChange),
     links: [first_set(.RemoteControlLink) | select(. != null) | {label: "remote control", url: .}],
     deliveryId: first_set(.ActiveNotificationTriggerID)}
  end
