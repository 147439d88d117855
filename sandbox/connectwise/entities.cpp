#include "sandbox/connectwise/entities.h"

#include "sandbox/common/json_tools.h"

namespace psa::sandbox::connectwise {
namespace {

using enum FieldType;

constexpr Field idField{"id", integer, 0, readOnly};
constexpr Field nameField{"name", text};
constexpr Field identifierField{"identifier", text};
constexpr Field boardField{"board", reference, 0, 0, "Boards"};
constexpr Field companyField{"company", reference, 0, 0, "Companies"};
constexpr Field defaultField{"defaultFlag", boolean};
constexpr Field inactiveField{"inactiveFlag", boolean};
constexpr Field sortField{"sortOrder", integer};
constexpr Field descriptionField{"description", text, 200};
constexpr Field updatedField{"lastUpdated", dateTime, 0, readOnly | information};
constexpr Field updatedByField{"updatedBy", text, 0, readOnly | information};

std::vector<Field> boardFields()
{
    return {idField,
            nameField,
            {"location", reference, 0, 0, "Locations"},
            {"department", reference, 0, 0, "Departments"},
            inactiveField,
            {"projectFlag", boolean},
            updatedField};
}

std::vector<Field> statusFields()
{
    return {idField,
            nameField,
            boardField,
            sortField,
            {"displayOnBoard", boolean},
            {"inactive", boolean},
            {"closedStatus", boolean},
            {"timeEntryNotAllowed", boolean},
            {"escalationStatus", choice, 0, 0, "NotResponded|Responded|ResolutionPlan|Resolved|NoEscalation"},
            defaultField,
            updatedField};
}

std::vector<Field> teamFields()
{
    return {idField,           nameField,    {"teamLeader", reference, 0, 0, "Members"},
            {"members", list}, defaultField, {"boardId", integer},
            updatedField};
}

std::vector<Field> associationFields()
{
    return {idField,
            {"type", reference, 0, 0, "Types"},
            {"subType", reference, 0, 0, "Subtypes"},
            {"item", reference, 0, 0, "Items"},
            boardField};
}

std::vector<Field> companyFields()
{
    return {idField,
            identifierField,
            nameField,
            {"status", reference, 0, 0, "CompanyStatuses"},
            {"phoneNumber", text},
            {"website", text},
            {"territory", reference, 0, 0, "Locations"},
            {"deletedFlag", boolean},
            updatedField};
}

std::vector<Field> contactFields()
{
    return {idField,       {"firstName", text},          {"lastName", text}, companyField,
            inactiveField, {"communicationItems", list}, updatedField};
}

std::vector<Field> noteFields()
{
    return {idField,
            {"ticketId", integer, 0, readOnly},
            {"text", text, 0, required},
            {"detailDescriptionFlag", boolean},
            {"internalAnalysisFlag", boolean},
            {"resolutionFlag", boolean},
            {"issueFlag", boolean},
            {"member", reference, 0, readOnly, "Members"},
            {"contact", reference, 0, 0, "Contacts"},
            {"customerUpdatedFlag", boolean},
            {"processNotifications", boolean, 0, writeOnly},
            {"dateCreated", dateTime, 0, readOnly},
            {"createdBy", text, 0, readOnly},
            {"internalFlag", boolean, 0, readOnly},
            {"externalFlag", boolean, 0, readOnly},
            updatedField,
            updatedByField};
}

std::vector<Field> timeEntryFields()
{
    return {idField,
            {"chargeToId", integer},
            {"chargeToType", choice, 0, 0, "ServiceTicket|ProjectTicket|ChargeCode|Activity"},
            {"member", reference, 0, 0, "Members"},
            {"timeStart", dateTime},
            {"timeEnd", dateTime},
            {"actualHours", real},
            {"notes", text},
            {"addToDetailDescriptionFlag", boolean},
            {"addToInternalAnalysisFlag", boolean},
            {"addToResolutionFlag", boolean},
            {"ticket", reference, 0, readOnly, "Tickets"},
            {"enteredBy", text, 0, readOnly},
            {"dateEntered", dateTime, 0, readOnly},
            updatedField,
            updatedByField};
}

/// Fields of a configuration: a device of a company.
std::vector<Field> configurationFields()
{
    return {idField,
            nameField,
            {"type", object},
            companyField,
            {"deviceIdentifier", text, 100},
            {"serialNumber", text, 250},
            {"activeFlag", boolean},
            updatedField};
}

std::vector<Field> memberFields()
{
    constexpr const char *places = "Office|Mobile|Home";
    return {idField,
            identifierField,
            {"licenseClass", choice, 0, 0, "F|A|C|X"},
            inactiveField,
            {"firstName", text, 30},
            {"lastName", text, 30},
            {"hireDate", dateTime},
            {"defaultEmail", choice, 0, 0, places},
            {"primaryEmail", text, 250},
            {"defaultPhone", choice, 0, 0, places},
            {"securityRole", object}};
}

std::vector<Field> typeFields()
{
    return {idField, nameField, {"category", text}, defaultField, inactiveField, boardField, updatedField};
}

std::vector<Field> subtypeFields()
{
    return {idField, nameField, inactiveField, {"typeAssociationIds", list}, boardField, updatedField};
}

std::vector<Field> itemFields()
{
    return {idField, nameField, inactiveField, boardField, updatedField};
}

std::vector<Field> priorityFields()
{
    return {idField, nameField, {"color", text}, sortField, defaultField, updatedField};
}

/// Fields of severities and impacts.
std::vector<Field> levelFields()
{
    return {idField, nameField, descriptionField, defaultField};
}

std::vector<Field> serviceLocationFields()
{
    return {idField, nameField, {"where", choice, 0, 0, "OnSite|Remote|InHouse"}, defaultField};
}

std::vector<Field> workTypeFields()
{
    return {idField,
            nameField,
            {"billTime", choice, 0, 0, "Billable|DoNotBill|NoCharge"},
            {"rateType", choice, 0, 0, "AdjAmount|Custom|Multiplier"},
            {"rate", real},
            inactiveField};
}

std::vector<Field> agreementFields()
{
    return {idField, nameField, {"type", object}, companyField, {"contact", reference, 0, 0, "Contacts"}};
}

/// Contains the types of custom fields, for all screens.
std::vector<Field> userDefinedFields()
{
    return {idField,
            {"podId", integer},
            {"caption", text, 25},
            {"sequenceNumber", integer},
            {"fieldTypeIdentifier", choice, 0, 0,
             "TextArea|Button|Currency|Date|Hyperlink|IPAddress|Checkbox|Number|Percent|PhoneNumber|Text|Password"},
            {"numberDecimals", integer},
            {"entryTypeIdentifier", choice, 0, 0, "Date|EntryField|List|Option"},
            {"requiredFlag", boolean},
            {"readOnlyFlag", boolean},
            {"options", list}};
}

std::vector<Entity> boardEntities()
{
    const std::string board = "service/boards";
    const std::string child = board + "/{parent}/";
    return {
        {"Boards", "board", board, "Service Board", "", boardFields()},
        {"Statuses", "status", child + "statuses", "Service Status", "board", statusFields()},
        {"Types", "type", child + "types", "Service Type", "board", typeFields()},
        {"Subtypes", "subtype", child + "subtypes", "Service SubType", "board", subtypeFields()},
        {"Items", "item", child + "items", "Service Item", "board", itemFields()},
        {"Teams", "team", child + "teams", "Service Team", "boardId", teamFields()},
        {"Associations", "typeSubTypeItemAssociation", child + "typeSubTypeItemAssociations", "Service Association",
         "board", associationFields()},
    };
}

std::vector<Entity> serviceEntities()
{
    return {
        {"Tickets", "ticket", "service/tickets", "Service Ticket", "", ticketFields},
        {"TicketNotes", "serviceNote", "service/tickets/{parent}/notes", "Service Note", "ticketId", noteFields()},
        {"Priorities", "priority", "service/priorities", "Priority", "", priorityFields()},
        {"Sources", "source", "service/sources", "Source", "", {idField, nameField, defaultField, updatedField}},
        {"Severities", "severity", "service/severities", "Severity", "", levelFields()},
        {"Impacts", "impact", "service/impacts", "Impact", "", levelFields()},
        {"ServiceLocations", "location", "service/locations", "Service Location", "", serviceLocationFields()},
    };
}

std::vector<Entity> otherEntities()
{
    return {
        {"Companies", "company", "company/companies", "Company", "", companyFields()},
        {"CompanyStatuses",
         "status",
         "company/companies/statuses",
         "Company Status",
         "",
         {idField, nameField, defaultField, inactiveField}},
        {"Sites",
         "site",
         "company/companies/{parent}/sites",
         "Site",
         "company",
         {idField, nameField, companyField, inactiveField}},
        {"Contacts", "contact", "company/contacts", "Contact", "", contactFields()},
        {"Configurations", "configuration", "company/configurations", "Configuration", "", configurationFields()},
        {"TimeEntries", "timeentry", "time/entries", "Time Entry", "", timeEntryFields()},
        {"Members", "member", "system/members", "Member", "", memberFields()},
        {"Locations", "location", "system/locations", "Location", "", {idField, {"structureLevel", object}, nameField}},
        {"Departments", "department", "system/departments", "Department", "", {idField, identifierField, nameField}},
        {"WorkRoles", "workRole", "time/workRoles", "Work Role", "", {idField, nameField, inactiveField}},
        {"WorkTypes", "workType", "time/workTypes", "Work Type", "", workTypeFields()},
        {"Agreements", "agreement", "finance/agreements", "Agreement", "", agreementFields()},
        {"UserDefinedFields", "userDefinedField", "system/userDefinedFields", "Custom Field", "", userDefinedFields()},
    };
}

std::vector<Entity> makeEntities()
{
    std::vector<Entity> all = serviceEntities(); // Tickets first: tickets() relies on it.
    for (const auto &more : {boardEntities(), otherEntities()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

const Field *Entity::field(const std::string &wanted) const
{
    return findByName(fields, wanted);
}

std::vector<std::string> Entity::dates() const
{
    std::vector<std::string> names;
    for (const Field &one : fields)
        if (one.type == FieldType::dateTime)
            names.emplace_back(one.name);
    return names;
}

const std::vector<Entity> &entities()
{
    static const std::vector<Entity> all = makeEntities();
    return all;
}

const Entity *findEntity(const std::string &wanted)
{
    return findByName(entities(), wanted);
}

const Entity &tickets()
{
    return entities().front();
}

} // namespace psa::sandbox::connectwise
