#include "sandbox/autotask/entities.h"

#include "sandbox/common/json_tools.h"

#include <algorithm>

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

std::vector<Field> attachmentFields()
{
    return {{"id", longInteger, 0, readOnly},       {"attachDate", dateTime, 0, readOnly},
            {"attachmentType", text, 30, required}, {"contentType", text, 100},
            {"data", text, 0, notQueryable},        {"fullPath", text, 255, required},
            {"parentID", longInteger, 0, readOnly}, {"publish", integer, 0, required},
            {"title", text, 255, required}};
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
            {"companyType", integer},
            {"isActive", boolean},
            {"ownerResourceID", integer, 0, 0, "Resources"},
            {"phone", text, 25, emptyText}};
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
            {"email", text, 254},
            {"firstName", text, 50},
            {"isActive", boolean},
            {"lastName", text, 50},
            {"licenseType", integer},
            {"userName", text, 32}};
}

std::vector<Entity> makeEntities()
{
    return {
        {"Tickets", "Ticket", ticketFields(), true, true, true, true},
        {"TicketNotes", "TicketNote", noteFields(), true, true, false, true},
        {"TicketAttachments", "TicketAttachment", attachmentFields(), true},
        {"TicketCategories",
         "TicketCategory",
         {id,
          {"displayColorRGB", integer},
          {"isActive", boolean},
          {"isApiOnly", boolean},
          {"isGlobalDefault", boolean},
          {"name", text, 30, required},
          {"nickname", text, 3}}},
        {"TicketCategoryFieldDefaults", "TicketCategoryFieldDefaults", categoryDefaultFields()},
        {"Companies", "Account", companyFields()},
        {"Contacts", "Contact", contactFields()},
        {"Resources", "Resource", resourceFields()},
        {"Roles", "Role", {id, {"isActive", boolean}, {"name", text, 200}}},
        {"ResourceServiceDeskRoles",
         "ResourceServiceDeskRole",
         {id,
          {"isActive", boolean},
          {"isDefault", boolean},
          {"resourceID", integer, 0, 0, "Resources"},
          {"roleID", integer, 0, 0, "Roles"}}},
        {"BillingCodes", "BillingCode", {id, {"isActive", boolean}, {"name", text, 200}, {"useType", integer}}},
    };
}

} // namespace

const Field *Entity::field(const std::string &fieldName) const
{
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const Field &f) { return equalNoCase(f.name, fieldName); });
    return found == fields.end() ? nullptr : &*found;
}

const std::vector<Entity> &entities()
{
    static const std::vector<Entity> all = makeEntities();
    return all;
}

const Entity *findEntity(const std::string &name)
{
    const auto found =
        std::find_if(entities().begin(), entities().end(), [&](const Entity &e) { return equalNoCase(e.name, name); });
    return found == entities().end() ? nullptr : &*found;
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
