#include "sandbox/connectwise/tenant.h"

namespace psa::sandbox::connectwise {

// Ids of statuses, types and the like are unique in the tenant, not only on the board: different boards have different
// ids for the same names.
const char *const defaultTenant = R"json({
  "company": "sandboxmsp",
  "companyName": "The MSP itself",
  "publicKey": "SandboxPublicKey",
  "clientId": "0e5f0f2c-6b1d-4a52-9f0a-5a2d7c1b9e11",
  "site": "api-na.myconnectwise.net",
  "codebase": "v2025_1",
  "defaultBoard": 1,
  "apiMember": 151,
  "customFields": [
    {"id": 5, "caption": "Alert source", "type": "Text", "entryMethod": "EntryField", "numberOfDecimals": 0},
    {"id": 6, "caption": "Site code", "type": "Text", "entryMethod": "List", "numberOfDecimals": 0, "options": ["BER", "OSL"]},
    {"id": 7, "caption": "Machines", "type": "Number", "entryMethod": "EntryField", "numberOfDecimals": 0},
    {"id": 8, "caption": "Under contract", "type": "Checkbox", "entryMethod": "EntryField", "numberOfDecimals": 0},
    {"id": 9, "caption": "Warranty until", "type": "Date", "entryMethod": "EntryField", "numberOfDecimals": 0},
    {"id": 10, "caption": "Disk used", "type": "Percent", "entryMethod": "EntryField", "numberOfDecimals": 2},
    {"id": 11, "caption": "Rack units", "type": "Number", "entryMethod": "Option", "numberOfDecimals": 0, "options": [1, 2, 4]},
    {"id": 12, "caption": "Runbook", "type": "Hyperlink", "entryMethod": "EntryField", "numberOfDecimals": 0}],
  "rows": {
    "Boards": [
      {"id": 1, "name": "Help Desk", "location": 2, "department": 10, "inactiveFlag": false, "projectFlag": false},
      {"id": 2, "name": "Alerts", "location": 2, "department": 10, "inactiveFlag": false, "projectFlag": false},
      {"id": 3, "name": "Field Service", "location": 3, "department": 10, "inactiveFlag": false, "projectFlag": false},
      {"id": 4, "name": "Old Desk", "location": 2, "department": 10, "inactiveFlag": true, "projectFlag": false},
      {"id": 5, "name": "Projects", "location": 2, "department": 11, "inactiveFlag": false, "projectFlag": true}],
    "Statuses": [
      {"id": 16, "name": "New (not responded)", "board": 1, "sortOrder": 0, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "NotResponded", "defaultFlag": true},
      {"id": 17, "name": "In Progress", "board": 1, "sortOrder": 10, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "Responded", "defaultFlag": false},
      {"id": 18, "name": "Waiting Customer", "board": 1, "sortOrder": 20, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "ResolutionPlan", "defaultFlag": false},
      {"id": 19, "name": "Closed", "board": 1, "sortOrder": 90, "displayOnBoard": false, "inactive": false, "closedStatus": true, "escalationStatus": "Resolved", "defaultFlag": false},
      {"id": 20, "name": "Escalated (old)", "board": 1, "sortOrder": 95, "displayOnBoard": false, "inactive": true, "closedStatus": false, "escalationStatus": "Responded", "defaultFlag": false},
      {"id": 26, "name": "New Alert", "board": 2, "sortOrder": 0, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "NotResponded", "defaultFlag": true},
      {"id": 27, "name": "Acknowledged", "board": 2, "sortOrder": 10, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "Responded", "defaultFlag": false},
      {"id": 28, "name": "Closed", "board": 2, "sortOrder": 90, "displayOnBoard": false, "inactive": false, "closedStatus": true, "escalationStatus": "Resolved", "defaultFlag": false},
      {"id": 36, "name": "Unscheduled", "board": 3, "sortOrder": 0, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "NotResponded", "defaultFlag": true},
      {"id": 37, "name": "Scheduled", "board": 3, "sortOrder": 10, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "Responded", "defaultFlag": false},
      {"id": 46, "name": "New", "board": 4, "sortOrder": 0, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "NotResponded", "defaultFlag": true},
      {"id": 56, "name": "Open", "board": 5, "sortOrder": 0, "displayOnBoard": true, "inactive": false, "closedStatus": false, "escalationStatus": "NotResponded", "defaultFlag": true}],
    "Types": [
      {"id": 101, "name": "Break-fix", "category": "Reactive", "defaultFlag": true, "inactiveFlag": false, "board": 1},
      {"id": 102, "name": "Proactive", "category": "Proactive", "defaultFlag": false, "inactiveFlag": false, "board": 1},
      {"id": 103, "name": "Retired", "category": "Reactive", "defaultFlag": false, "inactiveFlag": true, "board": 1},
      {"id": 111, "name": "Monitoring", "category": "Reactive", "defaultFlag": false, "inactiveFlag": false, "board": 2},
      {"id": 112, "name": "Backup", "category": "Proactive", "defaultFlag": false, "inactiveFlag": false, "board": 2},
      {"id": 121, "name": "On-site", "category": "Reactive", "defaultFlag": true, "inactiveFlag": false, "board": 3}],
    "Subtypes": [
      {"id": 201, "name": "Hardware", "inactiveFlag": false, "typeAssociationIds": [101], "board": 1},
      {"id": 202, "name": "Patching", "inactiveFlag": false, "typeAssociationIds": [102], "board": 1},
      {"id": 211, "name": "Disk", "inactiveFlag": false, "typeAssociationIds": [111], "board": 2}],
    "Items": [
      {"id": 301, "name": "Printer", "inactiveFlag": false, "board": 1},
      {"id": 302, "name": "Laptop", "inactiveFlag": false, "board": 1}],
    "Associations": [
      {"id": 1, "type": 101, "subType": 201, "item": 301, "board": 1},
      {"id": 2, "type": 101, "subType": 201, "item": 302, "board": 1},
      {"id": 3, "type": 102, "subType": 202, "board": 1},
      {"id": 4, "type": 111, "subType": 211, "board": 2}],
    "Teams": [
      {"id": 25, "name": "Service Team", "teamLeader": 150, "members": [150], "defaultFlag": true, "boardId": 1},
      {"id": 26, "name": "Second Line", "teamLeader": 150, "members": [150], "defaultFlag": false, "boardId": 1},
      {"id": 27, "name": "Alert Team", "teamLeader": 150, "members": [150], "defaultFlag": true, "boardId": 2}],
    "Priorities": [
      {"id": 1, "name": "Priority 1 - Emergency Response", "color": "Red", "sortOrder": 1, "defaultFlag": false},
      {"id": 3, "name": "Priority 2 - Quick Response", "color": "Orange", "sortOrder": 2, "defaultFlag": false},
      {"id": 4, "name": "Priority 3 - Normal Response", "color": "Yellow", "sortOrder": 3, "defaultFlag": true},
      {"id": 5, "name": "Priority 4 - Scheduled Maintenance", "color": "White", "sortOrder": 4, "defaultFlag": false}],
    "Sources": [
      {"id": 1, "name": "Call", "defaultFlag": false}, {"id": 2, "name": "Email", "defaultFlag": true},
      {"id": 3, "name": "Monitoring", "defaultFlag": false}],
    "Severities": [
      {"id": 1, "name": "Low", "description": "One person cannot work", "defaultFlag": false},
      {"id": 2, "name": "Medium", "description": "Some people cannot work", "defaultFlag": true},
      {"id": 3, "name": "High", "description": "Nobody can work", "defaultFlag": false}],
    "Impacts": [
      {"id": 1, "name": "Low", "description": "Business goes on", "defaultFlag": false},
      {"id": 2, "name": "Medium", "description": "Business is slowed down", "defaultFlag": true},
      {"id": 3, "name": "High", "description": "Business stands still", "defaultFlag": false}],
    "ServiceLocations": [
      {"id": 1, "name": "On-Site", "where": "OnSite", "defaultFlag": false},
      {"id": 2, "name": "Remote", "where": "Remote", "defaultFlag": true},
      {"id": 4, "name": "In-house", "where": "InHouse", "defaultFlag": false}],
    "CompanyStatuses": [
      {"id": 1, "name": "Active", "defaultFlag": true, "inactiveFlag": false},
      {"id": 2, "name": "Inactive", "defaultFlag": false, "inactiveFlag": false}],
    "Companies": [
      {"id": 2, "identifier": "TheMSP", "name": "The MSP itself", "status": 1, "territory": 2, "deletedFlag": false},
      {"id": 19, "identifier": "AcmeDental", "name": "Acme Dental", "status": 1, "phoneNumber": "5551000", "website": "acme.example", "territory": 2, "deletedFlag": false},
      {"id": 20, "identifier": "Globex", "name": "Globex", "status": 1, "territory": 2, "deletedFlag": false},
      {"id": 21, "identifier": "GlobexEU", "name": "Globex Europe", "status": 1, "territory": 3, "deletedFlag": false},
      {"id": 22, "identifier": "GlobexOld", "name": "Globex", "status": 1, "territory": 2, "deletedFlag": false},
      {"id": 23, "identifier": "Initech", "name": "Initech (left in 2020)", "status": 2, "territory": 2, "deletedFlag": true},
      {"id": 24, "identifier": "MuellerSoehne", "name": "Müller & Söhne \"Bau\"", "status": 1, "territory": 3, "deletedFlag": false}],
    "Sites": [
      {"id": 40, "name": "Main", "company": 19, "inactiveFlag": false},
      {"id": 41, "name": "Second Floor", "company": 19, "inactiveFlag": false},
      {"id": 42, "name": "Main", "company": 20, "inactiveFlag": false}],
    "Contacts": [
      {"id": 480, "firstName": "Ada", "lastName": "Byron", "company": 19, "inactiveFlag": false, "communicationItems": [
        {"id": 900, "type": {"id": 1, "name": "Email"}, "value": "ada@acme.example", "defaultFlag": true, "communicationType": "Email"},
        {"id": 901, "type": {"id": 2, "name": "Direct"}, "value": "5551001", "defaultFlag": true, "communicationType": "Phone"}]},
      {"id": 481, "firstName": "Former", "lastName": "Employee", "company": 19, "inactiveFlag": true, "communicationItems": []},
      {"id": 482, "firstName": "Hank", "lastName": "Scorpio", "company": 20, "inactiveFlag": false, "communicationItems": [
        {"id": 902, "type": {"id": 1, "name": "Email"}, "value": "hank@globex.example", "defaultFlag": true, "communicationType": "Email"}]}],
    "Configurations": [
      {"id": 700, "name": "SRV01", "type": {"id": 2, "name": "Server"}, "company": 19, "deviceIdentifier": "00:11:22:33:44:55", "serialNumber": "S-700", "activeFlag": true},
      {"id": 701, "name": "SRV02", "type": {"id": 2, "name": "Server"}, "company": 19, "deviceIdentifier": "", "serialNumber": "S-701", "activeFlag": true},
      {"id": 702, "name": "SRV03", "type": {"id": 2, "name": "Server"}, "company": 19, "deviceIdentifier": "", "serialNumber": "S-702", "activeFlag": false},
      {"id": 710, "name": "SRV01", "type": {"id": 2, "name": "Server"}, "company": 20, "deviceIdentifier": "", "serialNumber": "S-710", "activeFlag": true}],
    "Members": [
      {"id": 150, "identifier": "ttech", "licenseClass": "F", "inactiveFlag": false, "firstName": "Tess", "lastName": "Tech",
       "hireDate": "2019-03-01", "defaultEmail": "Office", "primaryEmail": "tess@msp.example", "defaultPhone": "Office",
       "securityRole": {"id": 63, "name": "Service Technician"}},
      {"id": 151, "identifier": "SandboxAPI", "licenseClass": "A", "inactiveFlag": false, "firstName": "Sandbox", "lastName": "API",
       "hireDate": "2019-03-01", "defaultEmail": "Office", "primaryEmail": "api@msp.example", "defaultPhone": "Office",
       "securityRole": {"id": 64, "name": "API Members"}},
      {"id": 153, "identifier": "sdesk", "licenseClass": "F", "inactiveFlag": false, "firstName": "Sven", "lastName": "Desk",
       "hireDate": "2020-03-01", "defaultEmail": "Office", "primaryEmail": "sven@msp.example", "defaultPhone": "Office",
       "securityRole": {"id": 63, "name": "Service Technician"}},
      {"id": 152, "identifier": "lately", "licenseClass": "F", "inactiveFlag": true, "firstName": "Left", "lastName": "Lately",
       "hireDate": "2019-03-01", "defaultEmail": "Office", "primaryEmail": "left@msp.example", "defaultPhone": "Office",
       "securityRole": {"id": 63, "name": "Service Technician"}}],
    "Locations": [
      {"id": 2, "structureLevel": {"id": 2, "name": "Location"}, "name": "Main Office"},
      {"id": 3, "structureLevel": {"id": 2, "name": "Location"}, "name": "Europe"}],
    "Departments": [
      {"id": 10, "identifier": "Services", "name": "Professional Services"},
      {"id": 11, "identifier": "Projects", "name": "Projects"}],
    "WorkRoles": [{"id": 8, "name": "Engineer", "inactiveFlag": false}],
    "WorkTypes": [
      {"id": 3, "name": "Remote", "billTime": "Billable", "rateType": "Multiplier", "rate": 1, "inactiveFlag": false}],
    "Agreements": [
      {"id": 77, "name": "Managed Services", "type": {"id": 5, "name": "Flat Fee"}, "company": 19, "contact": 480}],
    "UserDefinedFields": [
      {"id": 50, "podId": 2, "caption": "Account tier", "sequenceNumber": 1, "fieldTypeIdentifier": "Text", "numberDecimals": 0,
       "entryTypeIdentifier": "EntryField", "requiredFlag": false, "readOnlyFlag": false}]
  }
})json";

} // namespace psa::sandbox::connectwise
