#include "sandbox/autotask/tenant.h"

namespace psa::sandbox::autotask {

// Small ids are built in, large ones were created in the tenant. There is no priority 3 and the labels are not sorted.
const char *const defaultTenant = R"json({
  "user": "vectis@APIUSER.com",
  "integrationCode": "SANDBOXTRACKINGIDENTIFIER01",
  "zone": 5,
  "zoneName": "America West",
  "apiUserResourceID": 29682890,
  "defaultCategory": 3,
  "categoryRules": {
    "2": {"dueDateDays": 1},
    "3": {"dueDateDays": 3},
    "101": {"queueRequired": true, "noteTitleRequired": true}
  },
  "picklists": {
    "Tickets": {
      "status": [
        {"value": 1, "label": "New", "isSystem": true}, {"value": 5, "label": "Complete", "isSystem": true},
        {"value": 7, "label": "Waiting Customer"}, {"value": 8, "label": "In Progress"},
        {"value": 29683410, "label": "Escalated to vendor"}, {"value": 12, "label": "Old status", "isActive": false}],
      "priority": [
        {"value": 4, "label": "Critical"}, {"value": 1, "label": "High"},
        {"value": 2, "label": "Medium", "isDefaultValue": true}, {"value": 29683411, "label": "Low"}],
      "queueID": [
        {"value": 5, "label": "Client Portal", "isSystem": true}, {"value": 6, "label": "Post Sale", "isSystem": true},
        {"value": 8, "label": "Monitoring Alert", "isSystem": true}, {"value": 29683354, "label": "Service Desk"},
        {"value": 29683355, "label": "Level 2"}, {"value": 29683356, "label": "Closed queue", "isActive": false}],
      "ticketCategory": [
        {"value": 2, "label": "Datto RMM Alert", "isSystem": true},
        {"value": 3, "label": "Standard", "isSystem": true, "isDefaultValue": true},
        {"value": 101, "label": "Incident"}, {"value": 102, "label": "Retired", "isActive": false}],
      "ticketType": [
        {"value": 1, "label": "Service Request", "isSystem": true}, {"value": 2, "label": "Incident", "isSystem": true},
        {"value": 3, "label": "Problem", "isSystem": true}, {"value": 4, "label": "Change Request", "isSystem": true},
        {"value": 5, "label": "Alert", "isSystem": true}],
      "source": [
        {"value": -2, "label": "Insourced", "isSystem": true}, {"value": -1, "label": "Client Portal", "isSystem": true},
        {"value": 2, "label": "Phone"}, {"value": 4, "label": "Email"},
        {"value": 8, "label": "Monitoring Alert", "isSystem": true}],
      "issueType": [{"value": 10, "label": "Hardware"}, {"value": 11, "label": "Network"}],
      "subIssueType": [
        {"value": 134, "label": "Disk", "parentValue": "10"}, {"value": 135, "label": "Printer", "parentValue": "10"},
        {"value": 140, "label": "Wi-Fi", "parentValue": "11"}],
      "serviceLevelAgreementID": [{"value": 1, "label": "Standard SLA"}, {"value": 29683420, "label": "Gold"}]
    },
    "Companies": {
      "companyType": [
        {"value": 1, "label": "Customer", "isSystem": true}, {"value": 3, "label": "Prospect", "isSystem": true}]
    },
    "TicketAttachments": {
      "publish": [
        {"value": 1, "label": "All Autotask Users", "isSystem": true},
        {"value": 2, "label": "Internal Users Only", "isSystem": true}]
    },
    "TicketNotes": {
      "noteType": [
        {"value": 1, "label": "Task Summary", "isSystem": true}, {"value": 2, "label": "Task Detail", "isSystem": true},
        {"value": 3, "label": "Task Notes", "isSystem": true}, {"value": 13, "label": "Workflow Rule", "isSystem": true},
        {"value": 15, "label": "Duplicate Ticket", "isSystem": true}, {"value": 17, "label": "Surveys", "isSystem": true},
        {"value": 18, "label": "Client Portal", "isSystem": true},
        {"value": 91, "label": "Workflow Rule Action", "isSystem": true},
        {"value": 92, "label": "Forward/Modify", "isSystem": true},
        {"value": 93, "label": "Merged Into Ticket", "isSystem": true},
        {"value": 94, "label": "Absorbed Another Ticket", "isSystem": true},
        {"value": 95, "label": "Copied to Project", "isSystem": true}, {"value": 99, "label": "RMM Note", "isSystem": true},
        {"value": 100, "label": "BDR Note", "isSystem": true}, {"value": 101, "label": "Email Note", "isSystem": true}],
      "publish": [
        {"value": 1, "label": "All Autotask Users", "isSystem": true},
        {"value": 2, "label": "Internal Project Team", "isSystem": true},
        {"value": 4, "label": "Internal & Co-managed", "isSystem": true}]
    }
  },
  "userDefinedFields": [
    {"name": "AlertSource", "label": "Alert source", "type": "string", "length": 100},
    {"name": "Site", "label": "Site", "type": "string", "isPickList": true,
     "picklistValues": [{"value": "1", "label": "Berlin"}, {"value": "2", "label": "Oslo"}]},
    {"name": "Device Id", "label": "Device Id", "type": "string", "length": 50, "isRequired": true},
    {"name": "Machines", "label": "Machines", "type": "double"},
    {"name": "Warranty until", "label": "Warranty until", "type": "datetime"}
  ],
  "rows": {
    "Companies": [
      {"id": 0, "companyName": "The MSP itself", "companyType": 1, "ownerResourceID": 29682885, "phone": "5550100", "isActive": true},
      {"id": 174, "companyName": "Acme Dental", "companyNumber": "AC-1", "companyType": 1, "ownerResourceID": 29682885,
       "phone": "5551000", "isActive": true},
      {"id": 175, "companyName": "Globex", "companyType": 1, "ownerResourceID": 29682885, "phone": "5552000", "isActive": true},
      {"id": 29683501, "companyName": "Globex", "companyNumber": "Second of its name", "companyType": 1,
       "ownerResourceID": 29682885, "phone": "5553000", "isActive": true},
      {"id": 29683502, "companyName": "Initech (left in 2020)", "companyType": 1, "ownerResourceID": 29682885,
       "phone": "5554000", "isActive": false},
      {"id": 29683503, "companyName": "Müller & Söhne", "companyType": 3, "ownerResourceID": 29682885, "phone": "+4930555",
       "isActive": true}],
    "Contacts": [
      {"id": 30001, "companyID": 174, "firstName": "Ada", "lastName": "Byron", "emailAddress": "ada@acme.example", "isActive": 1},
      {"id": 30002, "companyID": 174, "firstName": "Former", "lastName": "Employee", "isActive": 0},
      {"id": 30003, "companyID": 175, "firstName": "Hank", "lastName": "Scorpio", "emailAddress": "hank@globex.example", "isActive": 1}],
    "Resources": [
      {"id": 4, "firstName": "Autotask", "lastName": "Administrator", "email": "noreply@autotask.example",
       "emailTypeCode": "PRIMARY", "userName": "administrator", "userType": 10, "licenseType": 1, "resourceType": "Employee",
       "payrollType": 1, "locationID": 90682, "numberFormat": "X,XXX.XX", "hireDate": "2019-03-01", "isActive": true},
      {"id": 29682885, "firstName": "Tess", "lastName": "Tech", "email": "tess@msp.example", "emailTypeCode": "PRIMARY",
       "userName": "tess", "userType": 10, "licenseType": 1, "resourceType": "Employee", "payrollType": 1, "locationID": 90682,
       "numberFormat": "X,XXX.XX", "hireDate": "2019-03-01", "isActive": true},
      {"id": 29682886, "firstName": "Left", "lastName": "Lately", "email": "left@msp.example", "emailTypeCode": "PRIMARY",
       "userName": "left", "userType": 10, "licenseType": 1, "resourceType": "Employee", "payrollType": 1, "locationID": 90682,
       "numberFormat": "X,XXX.XX", "hireDate": "2019-03-01", "isActive": false},
      {"id": 29682887, "firstName": "Jane", "lastName": "Doe", "email": "jane@msp.example", "emailTypeCode": "PRIMARY",
       "userName": "jane", "userType": 10, "licenseType": 1, "resourceType": "Employee", "payrollType": 1, "locationID": 90682,
       "numberFormat": "X,XXX.XX", "hireDate": "2019-03-01", "isActive": true},
      {"id": 29682890, "firstName": "Sandbox", "lastName": "API", "email": "vectis@APIUSER.com", "emailTypeCode": "PRIMARY",
       "userName": "vectis", "userType": 10, "licenseType": 7, "resourceType": "Employee", "payrollType": 1, "locationID": 90682,
       "numberFormat": "X,XXX.XX", "hireDate": "2019-03-01", "isActive": true}],
    "Roles": [
      {"id": 8, "name": "Engineer", "hourlyFactor": 1, "hourlyRate": 90, "isActive": true},
      {"id": 29683315, "name": "Dispatcher", "hourlyFactor": 1, "hourlyRate": 60, "isActive": true}],
    "ResourceServiceDeskRoles": [
      {"id": 1, "resourceID": 29682885, "roleID": 8, "isActive": true, "isDefault": true},
      {"id": 2, "resourceID": 29682887, "roleID": 8, "isActive": true, "isDefault": false},
      {"id": 3, "resourceID": 29682887, "roleID": 29683315, "isActive": true, "isDefault": true},
      {"id": 4, "resourceID": 29682886, "roleID": 8, "isActive": false, "isDefault": false}],
    "ResourceRoleQueues": [
      {"id": 1, "resourceID": 29682885, "roleID": 8, "queueID": 29683354, "isActive": true},
      {"id": 2, "resourceID": 29682887, "roleID": 29683315, "queueID": 29683354, "isActive": true}],
    "ConfigurationItems": [
      {"id": 29684001, "companyID": 174, "productID": 29684101, "referenceTitle": "SRV-01", "serialNumber": "SN-1001",
       "isActive": true},
      {"id": 29684002, "companyID": 174, "productID": 29684101, "referenceTitle": "OLD-01", "serialNumber": "SN-1002",
       "isActive": false},
      {"id": 29684003, "companyID": 175, "productID": 29684101, "referenceTitle": "SRV-01", "serialNumber": "SN-2001",
       "isActive": true}],
    "BillingCodes": [
      {"id": 29683311, "name": "Remote support", "useType": 1, "unitCost": 0, "unitPrice": 0, "isActive": true},
      {"id": 29683312, "name": "On site", "useType": 1, "unitCost": 0, "unitPrice": 0, "isActive": true},
      {"id": 29683313, "name": "Travel costs", "useType": 3, "unitCost": 0, "unitPrice": 0.3, "isActive": true}],
    "TicketCategories": [
      {"id": 2, "displayColorRGB": 16711680, "name": "Datto RMM Alert", "nickname": "RMM",
       "isActive": true, "isApiOnly": true, "isGlobalDefault": false},
      {"id": 3, "displayColorRGB": 65280, "name": "Standard", "nickname": "STD",
       "isActive": true, "isApiOnly": false, "isGlobalDefault": true},
      {"id": 101, "displayColorRGB": 255, "name": "Incident", "nickname": "INC",
       "isActive": true, "isApiOnly": false, "isGlobalDefault": false},
      {"id": 102, "displayColorRGB": 8421504, "name": "Retired", "nickname": "RET",
       "isActive": false, "isApiOnly": false, "isGlobalDefault": false}],
    "TicketCategoryFieldDefaults": [
      {"id": 1, "ticketCategoryID": 3, "queueID": 29683354, "status": 1, "priority": 2, "ticketTypeID": 1},
      {"id": 2, "ticketCategoryID": 2, "queueID": 8, "status": 1, "priority": 2, "sourceID": 8, "ticketTypeID": 5}]
  }
})json";

} // namespace psa::sandbox::autotask
