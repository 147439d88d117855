# A flat object with the usual names of members, or a list of such. A place to start from for senders without a preset:
# change what follows so that each member of the event comes from where your sender has it.
. as $tree | .body
| if type == "array" then [.[] | flat_event($tree; null)] else flat_event($tree; null) end
