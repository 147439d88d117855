#include "sandbox/connectwise/entities.h"

namespace psa::sandbox::connectwise {

using enum FieldType;

namespace {

constexpr const char *levels = "Low|Medium|High";

} // namespace

/// In the order in which the service sends them. Lengths: from the vendor's API description.
const std::vector<Field> ticketFields{
    {"id", integer, 0, readOnly},
    {"summary", text, 100, required},
    {"recordType", choice, 0, 0, "ServiceTicket|ProjectTicket|ProjectIssue"},
    {"board", reference, 0, 0, "Boards"},
    {"status", reference, 0, 0, "Statuses"},
    {"workRole", reference, 0, 0, "WorkRoles"},
    {"workType", reference, 0, 0, "WorkTypes"},
    {"company", reference, 0, required, "Companies"},
    {"site", reference, 0, 0, "Sites"},
    {"siteName", text, 50},
    {"addressLine1", text, 50},
    {"addressLine2", text, 50},
    {"city", text, 50},
    {"stateIdentifier", text, 50},
    {"zip", text, 12},
    {"contact", reference, 0, 0, "Contacts"},
    {"contactName", text, 62},
    {"contactPhoneNumber", text, 20},
    {"contactPhoneExtension", text, 15},
    {"contactEmailAddress", text, 250},
    {"type", reference, 0, 0, "Types"},
    {"subType", reference, 0, 0, "Subtypes"},
    {"item", reference, 0, 0, "Items"},
    {"team", reference, 0, 0, "Teams"},
    {"owner", reference, 0, 0, "Members"},
    {"priority", reference, 0, 0, "Priorities"},
    {"serviceLocation", reference, 0, 0, "ServiceLocations"},
    {"source", reference, 0, 0, "Sources"},
    {"requiredDate", dateTime},
    {"budgetHours", real},
    {"agreement", reference, 0, 0, "Agreements"},
    {"severity", choice, 0, 0, levels},
    {"impact", choice, 0, 0, levels},
    {"externalXRef", text, 100},
    {"poNumber", text, 50},
    {"allowAllClientsPortalView", boolean},
    {"customerUpdatedFlag", boolean},
    {"automaticEmailContactFlag", boolean},
    {"automaticEmailResourceFlag", boolean},
    {"automaticEmailCcFlag", boolean},
    {"automaticEmailCc", text, 1000},
    {"initialDescription", text, 0, writeOnly},
    {"initialInternalAnalysis", text, 0, writeOnly},
    {"initialResolution", text, 0, writeOnly},
    {"contactEmailLookup", text, 0, writeOnly},
    {"processNotifications", boolean, 0, writeOnly},
    {"skipCallback", boolean, 0, writeOnly},
    {"closedDate", dateTime, 0, readOnly},
    {"closedBy", text, 0, readOnly},
    {"closedFlag", boolean, 0, readOnly},
    {"actualHours", real, 0, readOnly},
    {"dateResolved", dateTime, 0, readOnly},
    {"resolvedBy", text, 0, readOnly},
    {"approved", boolean, 0, readOnly},
    {"estimatedStartDate", dateTime},
    {"location", reference, 0, 0, "Locations"},
    {"department", reference, 0, 0, "Departments"},
    {"hasChildTicket", boolean, 0, readOnly},
    {"hasMergedChildTicketFlag", boolean, 0, readOnly},
    {"mergedParentTicket", reference, 0, readOnly, "Tickets"},
    {"integratorTags", list},
    {"customFields", list},
    {"lastUpdated", dateTime, 0, readOnly | information},
    {"updatedBy", text, 0, readOnly | information},
    {"dateEntered", dateTime, 0, readOnly | information},
    {"enteredBy", text, 0, readOnly | information},
};

} // namespace psa::sandbox::connectwise
