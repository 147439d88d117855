#include "sandbox/autotask/entities.h"

#include "sandbox/common/json_tools.h"

#include <map>

namespace psa::sandbox::autotask {
namespace {

using enum FieldType;

std::vector<Field> noteFields()
{
    return {{"id", longInteger, 0, readOnly},
            {"createDateTime", dateTime, 0, readOnly},
            {"createdByContactID", integer, 0, readOnly, "Contacts"},
            {"creatorResourceID", integer, 0, readOnly, "Resources"},
            {"description", text, 32000, required},
            {"impersonatorCreatorResourceID", integer, 0, readOnly, "Resources"},
            {"impersonatorUpdaterResourceID", integer, 0, readOnly, "Resources"},
            {"lastActivityDate", dateTime, 0, readOnly},
            {"noteType", integer, 0, required | pickList},
            {"publish", integer, 0, required | pickList},
            {"ticketID", integer, 0, readOnly, "Tickets"},
            {"title", text, 250, emptyText}};
}

std::vector<Field> timeEntryFields()
{
    return {{"id", longInteger, 0, readOnly},
            {"createDateTime", dateTime, 0, readOnly},
            {"creatorUserID", integer, 0, readOnly, "Resources"},
            {"dateWorked", dateTime},
            {"hoursWorked", real},
            {"lastModifiedDateTime", dateTime, 0, readOnly},
            {"lastModifiedUserID", integer, 0, readOnly, "Resources"},
            {"resourceID", integer, 0, required, "Resources"},
            {"roleID", integer, 0, 0, "Roles"},
            {"summaryNotes", text, 8000},
            {"ticketID", integer, 0, 0, "Tickets"}};
}

std::vector<Field> historyFields()
{
    return {{"id", longInteger, 0, readOnly},
            {"action", text, 0, readOnly},
            {"date", dateTime, 0, readOnly},
            {"detail", text, 0, readOnly},
            {"resourceID", integer, 0, readOnly, "Resources"},
            {"ticketID", integer, 0, readOnly, "Tickets"}};
}

std::vector<Field> deletedTicketFields()
{
    return {{"id", longInteger, 0, readOnly},
            {"deletedByResourceID", integer, 0, readOnly, "Resources"},
            {"deletedDateTime", dateTime, 0, readOnly},
            {"ticketID", longInteger, 0, readOnly},
            {"ticketNumber", text, 50, readOnly}};
}

std::vector<Field> attachmentFields()
{
    return {{"id", longInteger, 0, readOnly},
            {"attachDate", dateTime, 0, readOnly},
            {"attachedByContactID", longInteger, 0, readOnly, "Contacts"},
            {"attachedByResourceID", longInteger, 0, readOnly, "Resources"},
            {"attachmentType", text, 30, required},
            {"contentType", text, 100},
            {"creatorType", integer, 0, readOnly},
            {"data", text, 0, notQueryable | bulky},
            {"fileSize", longInteger, 0, readOnly},
            {"fullPath", text, 255, required},
            {"impersonatorCreatorResourceID", integer, 0, readOnly, "Resources"},
            {"opportunityID", longInteger, 0, readOnly, "Opportunities"},
            {"parentAttachmentID", longInteger},
            {"parentID", longInteger, 0, readOnly},
            {"publish", integer, 0, required | pickList},
            {"ticketID", longInteger, 0, readOnly, "Tickets"},
            {"ticketNoteID", longInteger, 0, readOnly, "TicketNotes"},
            {"timeEntryID", longInteger, 0, readOnly},
            {"title", text, 255, required}};
}

std::vector<Field> categoryFields()
{
    return {{"id", longInteger, 0, readOnly},
            {"displayColorRGB", integer, 0, required},
            {"isActive", boolean, 0, required},
            {"isApiOnly", boolean},
            {"isGlobalDefault", boolean},
            {"name", text, 30, required},
            {"nickname", text, 3}};
}

std::vector<Field> categoryDefaultFields()
{
    return {{"id", longInteger, 0, readOnly},
            {"description", text, 8000},
            {"estimatedHours", real},
            {"issueTypeID", integer},
            {"organizationalLevelAssociationID", integer},
            {"priority", integer},
            {"purchaseOrderNumber", text, 50},
            {"queueID", integer},
            {"resolution", text, 32000},
            {"serviceLevelAgreementID", integer},
            {"sourceID", integer},
            {"status", integer},
            {"subIssueTypeID", integer},
            {"ticketCategoryID", integer, 0, readOnly, "TicketCategories"},
            {"ticketTypeID", integer},
            {"title", text, 255},
            {"workTypeID", integer}};
}

constexpr Field id{"id", longInteger, 0, readOnly};

std::vector<Field> companyFields()
{
    return {id,
            {"companyName", text, 100, required},
            {"companyNumber", text, 50, emptyText},
            {"companyType", integer, 0, required | pickList},
            {"isActive", boolean},
            {"ownerResourceID", integer, 0, required, "Resources"},
            {"phone", text, 25, required | emptyText}};
}

std::vector<Field> contactFields()
{
    return {id,
            {"companyID", integer, 0, required, "Companies"},
            {"emailAddress", text, 254, emptyText},
            {"firstName", text, 50, required},
            {"isActive", integer, 0, required},
            {"lastName", text, 50, required}};
}

std::vector<Field> resourceFields()
{
    return {id,
            {"email", text, 254, required},
            {"emailTypeCode", text, 20, required},
            {"firstName", text, 50, required},
            {"hireDate", dateTime, 0, required},
            {"isActive", boolean, 0, required},
            {"lastName", text, 50, required},
            {"licenseType", integer, 0, required},
            {"locationID", integer, 0, required},
            {"numberFormat", text, 20, required},
            {"payrollType", integer, 0, required},
            {"resourceType", text, 15, required},
            {"userName", text, 32, required},
            {"userType", integer, 0, required}};
}

std::vector<Field> roleFields()
{
    return {id,
            {"hourlyFactor", real, 0, required},
            {"hourlyRate", real, 0, required},
            {"isActive", boolean, 0, required},
            {"name", text, 200, required}};
}

std::vector<Field> deskRoleFields()
{
    return {id,
            {"isActive", boolean},
            {"isDefault", boolean},
            {"resourceID", integer, 0, required, "Resources"},
            {"roleID", integer, 0, required, "Roles"}};
}

std::vector<Field> roleQueueFields()
{
    return {id,
            {"isActive", boolean},
            {"queueID", integer, 0, required},
            {"resourceID", integer, 0, required, "Resources"},
            {"roleID", integer, 0, required, "Roles"}};
}

std::vector<Field> configurationItemFields()
{
    return {id,
            {"companyID", integer, 0, required, "Companies"},
            {"isActive", boolean, 0, required},
            {"productID", integer, 0, required, "Products"},
            {"referenceNumber", text, 50, emptyText},
            {"referenceTitle", text, 255, emptyText},
            {"serialNumber", text, 100, emptyText}};
}

std::vector<Field> billingCodeFields()
{
    return {id,
            {"isActive", boolean, 0, required},
            {"name", text, 200},
            {"unitCost", real, 0, required},
            {"unitPrice", real, 0, required},
            {"useType", integer}};
}

std::vector<Entity> makeEntities()
{
    constexpr unsigned written = creatable | updatable;
    return {
        {"Tickets", ticketFields, written | extensible | webhooks},
        {"TicketNotes", noteFields(), written | webhooks},
        {"TicketAttachments", attachmentFields(), creatable | deletable},
        {"TicketCategories", categoryFields(), updatable},
        {"TicketCategoryFieldDefaults", categoryDefaultFields()},
        {"Companies", companyFields(), written | extensible | webhooks},
        {"Contacts", contactFields(), written | deletable | extensible | webhooks},
        {"Resources", resourceFields(), updatable},
        {"Roles", roleFields(), written},
        {"ResourceServiceDeskRoles", deskRoleFields(), written},
        {"ResourceRoleQueues", roleQueueFields(), written},
        {"ConfigurationItems", configurationItemFields(), written | extensible | webhooks},
        {"TimeEntries", timeEntryFields(), written | deletable},
        {"TicketHistory", historyFields()},
        {"DeletedTicketLogs", deletedTicketFields()},
        {"BillingCodes", billingCodeFields()},
    };
}

} // namespace

std::string singular(const std::string &collection)
{
    if (collection == "TicketCategoryFieldDefaults")
        return collection;
    if (collection.size() > 3 && collection.compare(collection.size() - 3, 3, "ies") == 0)
        return collection.substr(0, collection.size() - 3) + "y";
    return collection.back() == 's' ? collection.substr(0, collection.size() - 1) : collection;
}

std::string soapName(const std::string &collection)
{
    static const std::map<std::string, std::string> others{
        {"BillingCodes", "AllocationCode"},
        {"Companies", "Account"},
        {"CompanyLocations", "AccountPhysicalLocation"},
        {"ConfigurationItems", "InstalledProduct"},
        {"OrganizationalLevelAssociations", "BusinessDivisionSubdivision"},
    };
    const auto found = others.find(collection);
    return found == others.end() ? singular(collection) : found->second;
}

std::string Entity::soapName() const
{
    return autotask::soapName(name);
}

const Field *Entity::field(const std::string &fieldName) const
{
    return findByName(fields, fieldName);
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

const Entity *findEntity(const std::string &name)
{
    return findByName(entities(), name);
}

const Entity &tickets()
{
    return entities().front();
}

const char *dataType(FieldType type)
{
    switch (type)
    {
    case integer:
        return "integer";
    case longInteger:
        return "long";
    case text:
        return "string";
    case dateTime:
        return "datetime";
    case real:
        return "double";
    case boolean:
        return "boolean";
    }
    return "string";
}

} // namespace psa::sandbox::autotask
