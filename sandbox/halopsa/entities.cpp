#include "sandbox/halopsa/entities.h"

namespace psa::sandbox::halopsa {

namespace {

/// Customers and what belongs to them: these lists have pages.
std::vector<Entity> customerEntities()
{
    return {
        {"Client", "clients", "customers", true, {"name"}, {}, {{"inactive", "includeinactive", true}}},
        {"Site", "sites", "customers", true, {"name"}, {{"client_id", "client_id"}}, {}},
        {"Users",
         "users",
         "customers",
         true,
         {"name", "emailaddress"},
         {{"client_id", "client_id"}, {"site_id", "site_id"}},
         {{"inactive", "includeinactive", true}}},
        {"Asset",
         "assets",
         "assets",
         true,
         {"inventory_number", "key_field"},
         {{"client_id", "client_id"}, {"site_id", "site_id"}},
         {{"inactive", "includeinactive", true}}},
    };
}

std::vector<Entity> otherEntities()
{
    return {
        {"TicketType", "", "", true, {}, {}, {{"_hidden", "showall", true}, {"_hidden", "can_create_only", false}}},
        {"Status",
         "",
         "",
         false,
         {},
         {{"tickettype_id", "_types"}},
         {{"_hidden", "showall", true}, {"_closed", "excludeclosed", false}}},
        {"Priority", "", "", false, {}, {{"slaid", "slaid"}}, {}},
        {"SLA", "", "", false, {}, {}, {}},
        {"Agent",
         "",
         "",
         true,
         {},
         {},
         {{"isdisabled", "includedisabled", true}, {"api_agent", "includeapiagents", true}}},
        {"Team", "", "", true, {}, {}, {{"inactive", "includeinactive", true}}},
        {"Category", "", "", false, {}, {{"type_id", "type_id"}, {"tickettype_id", "_types"}}, {}},
        {"Outcome", "", "", false, {}, {{"tickettype_id", "_types"}}, {}},
        {"FieldInfo", "", "", false, {}, {}, {}},
    };
}

std::vector<Entity> makeEntities()
{
    std::vector<Entity> all = customerEntities();
    const std::vector<Entity> more = otherEntities();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

const std::vector<Entity> &entities()
{
    static const std::vector<Entity> all = makeEntities();
    return all;
}

const std::vector<Field> ticketFields = {
    {"summary", FieldType::text, "Summary"},
    {"details", FieldType::text, "Details"},
    {"details_html", FieldType::text, "Details"},
    {"tickettype_id", FieldType::reference, "Ticket Type", "TicketType"},
    {"client_id", FieldType::reference, "Client", "Client"},
    {"site_id", FieldType::reference, "Site", "Site"},
    {"user_id", FieldType::reference, "User", "Users"},
    {"status_id", FieldType::reference, "Status", "Status"},
    {"sla_id", FieldType::reference, "SLA", "SLA"},
    {"priority_id", FieldType::integer, "Priority"},
    {"agent_id", FieldType::reference, "Agent", "Agent"},
    {"team", FieldType::text, "Team"},
    {"team_id", FieldType::reference, "Team", "Team"},
    {"category_1", FieldType::text, "Category"},
    {"category_2", FieldType::text, "Category 2"},
    {"category_3", FieldType::text, "Category 3"},
    {"category_4", FieldType::text, "Category 4"},
    {"impact", FieldType::integer, "Impact"},
    {"urgency", FieldType::integer, "Urgency"},
    {"source", FieldType::integer, "Source"},
    {"third_party_id", FieldType::integer, "Third Party ID"},
    {"third_party_id_string", FieldType::text, "Third Party ID"},
    {"supplier_reference", FieldType::text, "Supplier Reference"},
    {"reference", FieldType::text, "Reference"},
    {"client_reference", FieldType::text, "Client Reference"},
    {"reportedby", FieldType::text, "Reported By"},
    {"user_email", FieldType::text, "Email Address"},
    {"dateoccurred", FieldType::dateTime, "Date Occurred"},
    {"deadlinedate", FieldType::dateTime, "Deadline"},
    {"customfields", FieldType::list, "Custom Fields"},
    {"assets", FieldType::list, "Assets"},
};

std::vector<std::string> ticketDates()
{
    std::vector<std::string> names = {"datecreated", "dateclosed", "last_update", "lastactiondate"};
    for (const Field &field : ticketFields)
        if (field.type == FieldType::dateTime)
            names.emplace_back(field.name);
    return names;
}

} // namespace psa::sandbox::halopsa
