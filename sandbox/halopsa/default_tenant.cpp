#include "sandbox/halopsa/tenant.h"

namespace psa::sandbox::halopsa {

// Members that begin with "_" are never sent: the closed statuses, the ticket types of statuses, categories and outcomes,
// and what the API agent may not use.
const char *const defaultTenant = R"json({
  "tenant": "acme",
  "site": "acme.halopsa.com",
  "authHost": "auth-acme.haloservicedesk.com",
  "clientId": "5b1e2c7a-9f04-4d3b-8a61-2e7f90c4d815",
  "application": "psa-host",
  "apiAgent": 9,
  "defaultClient": 1,
  "rows": {
    "TicketType": [
      {"id": 1, "name": "Incident", "use": "ticket", "visible": true, "can_create": true, "workflow_id": 1, "initial_status": 1, "default_sla": 1, "default_priority": 3, "default_team": "Service Desk", "_fields": [
        {"id": 1, "fieldid": 1, "fieldname": "summary", "label": "Summary", "technew": 2}, {"id": 2, "fieldid": 2, "fieldname": "details", "label": "Details", "technew": 1}]},
      {"id": 3, "name": "Service Request", "use": "ticket", "visible": true, "can_create": true, "workflow_id": 2, "initial_status": 1, "default_sla": 2, "default_priority": 2, "default_team": "Service Desk", "_fields": [
        {"id": 1, "fieldid": 1, "fieldname": "summary", "label": "Summary", "technew": 2}, {"id": 2, "fieldid": 2, "fieldname": "details", "label": "Details", "technew": 2},
        {"id": 3, "fieldid": 3, "fieldname": "category_1", "label": "Category", "technew": 2}]},
      {"id": 21, "name": "Alert", "use": "ticket", "visible": true, "can_create": true, "workflow_id": 3, "initial_status": 1, "default_sla": 0, "default_priority": 0, "default_team": "Alert Team", "_fields": [
        {"id": 1, "fieldid": 1, "fieldname": "summary", "label": "Summary", "technew": 2}]},
      {"id": 30, "name": "Old Project", "use": "project", "visible": false, "can_create": false, "workflow_id": 0, "initial_status": 1, "default_sla": 0, "default_priority": 0, "default_team": "Service Desk", "_hidden": true, "_fields": []}],
    "Status": [
      {"id": 1, "name": "New", "shortname": "New", "type": 0, "sequence": 1, "colour": "#2196f3"},
      {"id": 2, "name": "In Progress", "shortname": "In Progress", "type": 0, "sequence": 2, "colour": "#ff9800"},
      {"id": 3, "name": "Waiting on Client", "shortname": "Waiting", "type": 0, "sequence": 3, "colour": "#9e9e9e", "_types": [1, 3]},
      {"id": 9, "name": "Closed", "shortname": "Closed", "type": 0, "sequence": 90, "colour": "#4caf50", "_closed": true},
      {"id": 10, "name": "Cancelled", "shortname": "Cancelled", "type": 0, "sequence": 91, "colour": "#4caf50", "_closed": true, "_types": [1, 3]},
      {"id": 22, "name": "Pending Closure", "shortname": "Pending", "type": 0, "sequence": 80, "colour": "#8bc34a", "_types": [1, 3]},
      {"id": 23, "name": "Auto-Resolved", "shortname": "Auto-Resolved", "type": 0, "sequence": 89, "colour": "#4caf50", "_closed": true, "_types": [21]}],
    "SLA": [
      {"id": 1, "name": "Standard SLA"}, {"id": 2, "name": "Request SLA"}],
    "Priority": [
      {"id": 101, "_guid": "6d4f2f0e-0d5b-4c55-9d4e-111111111111", "priorityid": 1, "slaid": 1, "name": "Critical", "colour": "#f44336", "ishidden": false},
      {"id": 102, "_guid": "6d4f2f0e-0d5b-4c55-9d4e-111111111112", "priorityid": 2, "slaid": 1, "name": "High", "colour": "#ff9800", "ishidden": false},
      {"id": 103, "_guid": "6d4f2f0e-0d5b-4c55-9d4e-111111111113", "priorityid": 3, "slaid": 1, "name": "Medium", "colour": "#ffeb3b", "ishidden": false, "_default": true},
      {"id": 104, "_guid": "6d4f2f0e-0d5b-4c55-9d4e-111111111114", "priorityid": 4, "slaid": 1, "name": "Low", "colour": "#4caf50", "ishidden": false},
      {"id": 201, "_guid": "6d4f2f0e-0d5b-4c55-9d4e-222222222221", "priorityid": 1, "slaid": 2, "name": "Urgent", "colour": "#f44336", "ishidden": false},
      {"id": 202, "_guid": "6d4f2f0e-0d5b-4c55-9d4e-222222222222", "priorityid": 2, "slaid": 2, "name": "Normal", "colour": "#4caf50", "ishidden": false, "_default": true}],
    "Client": [
      {"id": 1, "name": "The MSP itself", "inactive": false, "toplevel_id": 1, "toplevel_name": "Customers", "main_site_id": 39},
      {"id": 12, "name": "Acme Dental", "inactive": false, "toplevel_id": 1, "toplevel_name": "Customers", "main_site_id": 40},
      {"id": 13, "name": "Globex", "inactive": false, "toplevel_id": 1, "toplevel_name": "Customers", "main_site_id": 42},
      {"id": 14, "name": "Globex Europe", "inactive": false, "toplevel_id": 1, "toplevel_name": "Customers", "main_site_id": 43},
      {"id": 15, "name": "Globex", "inactive": false, "toplevel_id": 1, "toplevel_name": "Customers", "main_site_id": 44},
      {"id": 16, "name": "Initech (left in 2020)", "inactive": true, "toplevel_id": 1, "toplevel_name": "Customers", "main_site_id": 45},
      {"id": 17, "name": "Müller & Söhne \"Bau\"", "inactive": false, "toplevel_id": 1, "toplevel_name": "Customers", "main_site_id": 46}],
    "Site": [
      {"id": 39, "name": "Office", "client_id": 1, "client_name": "The MSP itself", "inactive": false},
      {"id": 40, "name": "Main", "client_id": 12, "client_name": "Acme Dental", "inactive": false},
      {"id": 41, "name": "Second Floor", "client_id": 12, "client_name": "Acme Dental", "inactive": false},
      {"id": 42, "name": "Main", "client_id": 13, "client_name": "Globex", "inactive": false},
      {"id": 43, "name": "Main", "client_id": 14, "client_name": "Globex Europe", "inactive": false},
      {"id": 44, "name": "Main", "client_id": 15, "client_name": "Globex", "inactive": false},
      {"id": 45, "name": "Main", "client_id": 16, "client_name": "Initech (left in 2020)", "inactive": false},
      {"id": 46, "name": "Main", "client_id": 17, "client_name": "Müller & Söhne \"Bau\"", "inactive": false}],
    "Users": [
      {"id": 480, "name": "Ada Byron", "firstname": "Ada", "surname": "Byron", "emailaddress": "ada@acme.example", "site_id": 40, "site_name": "Main", "client_id": 12, "client_name": "Acme Dental", "inactive": false},
      {"id": 481, "name": "Former Employee", "firstname": "Former", "surname": "Employee", "emailaddress": "former@acme.example", "site_id": 40, "site_name": "Main", "client_id": 12, "client_name": "Acme Dental", "inactive": true},
      {"id": 482, "name": "Hank Scorpio", "firstname": "Hank", "surname": "Scorpio", "emailaddress": "hank@globex.example", "site_id": 42, "site_name": "Main", "client_id": 13, "client_name": "Globex", "inactive": false},
      {"id": 483, "name": "Grace Hopper", "firstname": "Grace", "surname": "Hopper", "emailaddress": "grace@acme.example", "site_id": 41, "site_name": "Second Floor", "client_id": 12, "client_name": "Acme Dental", "inactive": false}],
    "Agent": [
      {"id": 1, "name": "Unassigned", "email": "", "is_agent": true, "isdisabled": false, "api_agent": false},
      {"id": 3, "name": "Tess Tech", "email": "tess@msp.example", "is_agent": true, "isdisabled": false, "api_agent": false},
      {"id": 4, "name": "Sven Desk", "email": "sven@msp.example", "is_agent": true, "isdisabled": false, "api_agent": false},
      {"id": 5, "name": "Left Lately", "email": "left@msp.example", "is_agent": true, "isdisabled": true, "api_agent": false},
      {"id": 9, "name": "Sandbox API", "email": "api@msp.example", "is_agent": true, "isdisabled": false, "api_agent": true}],
    "Team": [
      {"id": 1, "name": "Service Desk", "inactive": false, "department_id": 1, "department_name": "Support"},
      {"id": 2, "name": "Second Line", "inactive": false, "department_id": 1, "department_name": "Support"},
      {"id": 3, "name": "Alert Team", "inactive": false, "department_id": 1, "department_name": "Support"},
      {"id": 4, "name": "Night Shift", "inactive": true, "department_id": 1, "department_name": "Support"}],
    "Category": [
      {"id": 301, "type_id": 1, "value": "Hardware", "category_name": "Hardware"},
      {"id": 302, "type_id": 1, "value": "Hardware>Laptop", "category_name": "Laptop"},
      {"id": 303, "type_id": 1, "value": "Hardware>Printer", "category_name": "Printer"},
      {"id": 304, "type_id": 1, "value": "Software", "category_name": "Software"},
      {"id": 305, "type_id": 1, "value": "Monitoring>Disk", "category_name": "Disk", "_types": [21]},
      {"id": 311, "type_id": 2, "value": "Repaired", "category_name": "Repaired"}],
    "Outcome": [
      {"id": 7, "outcome": "Internal Note", "buttonname": "Internal Note", "sequence": 1, "hidefromuser": true, "sendemail": false, "hidesendemail": true, "newstatus": -1, "respondtype": 0, "sendsurvey": false},
      {"id": 16, "outcome": "Email User", "buttonname": "Email User", "sequence": 2, "hidefromuser": false, "sendemail": true, "hidesendemail": false, "newstatus": -1, "respondtype": 1, "sendsurvey": false},
      {"id": 18, "outcome": "Public Note", "buttonname": "Public Note", "sequence": 3, "hidefromuser": false, "sendemail": false, "hidesendemail": false, "newstatus": -1, "respondtype": 0, "sendsurvey": false, "_changesStatus": true},
      {"id": 19, "outcome": "Put on Hold", "buttonname": "Put on Hold", "sequence": 4, "hidefromuser": true, "sendemail": false, "hidesendemail": true, "newstatus": 3, "respondtype": 0, "sendsurvey": false, "_types": [1, 3]},
      {"id": 20, "outcome": "Manager Note", "buttonname": "Manager Note", "sequence": 5, "hidefromuser": true, "sendemail": false, "hidesendemail": true, "newstatus": -1, "respondtype": 0, "sendsurvey": false, "_refused": true},
      {"id": 21, "outcome": "Alert Note", "buttonname": "Alert Note", "sequence": 6, "hidefromuser": true, "sendemail": false, "hidesendemail": true, "newstatus": -1, "respondtype": 0, "sendsurvey": false, "_types": [21]}],
    "Asset": [
      {"id": 700, "inventory_number": "SRV-01", "key_field": "SRV-01", "assettype_id": 2, "assettype_name": "Server", "client_id": 12, "client_name": "Acme Dental", "site_id": 40, "site_name": "Main", "inactive": false},
      {"id": 701, "inventory_number": "SRV-02", "key_field": "SRV-02", "assettype_id": 2, "assettype_name": "Server", "client_id": 12, "client_name": "Acme Dental", "site_id": 40, "site_name": "Main", "inactive": false},
      {"id": 702, "inventory_number": "SRV-03", "key_field": "SRV-03", "assettype_id": 2, "assettype_name": "Server", "client_id": 12, "client_name": "Acme Dental", "site_id": 41, "site_name": "Second Floor", "inactive": true},
      {"id": 710, "inventory_number": "SRV-01", "key_field": "SRV-01", "assettype_id": 2, "assettype_name": "Server", "client_id": 13, "client_name": "Globex", "site_id": 42, "site_name": "Main", "inactive": false}],
    "FieldInfo": [
      {"id": 150, "name": "CFalertSource", "label": "Alert source", "type": 0, "custom": 1, "usage": 1, "inputtype": 0},
      {"id": 151, "name": "CFsiteCode", "label": "Site code", "type": 2, "custom": 1, "usage": 1, "inputtype": 0, "values": [{"id": 1, "name": "BER"}, {"id": 2, "name": "OSL"}]},
      {"id": 152, "name": "CFwarrantyUntil", "label": "Warranty until", "type": 4, "custom": 1, "usage": 1, "inputtype": 0},
      {"id": 153, "name": "CFunderContract", "label": "Under contract", "type": 6, "custom": 1, "usage": 1, "inputtype": 0}],
    "Tickets": []
  }
})json";

} // namespace psa::sandbox::halopsa
