#pragma once

#include "host/alerts/alert_group.h"
#include "host/alerts/alert_settings.h"
#include "host/connection/connection.h"
#include "host/service/ticket_service.h"
#include "host/store/store.h"

#include <memory>
#include <string>

namespace psa::alerts {

/// Result of a notification.
struct AlertResult
{
    enum class Kind
    {
        opened,    ///< A new episode, with a new ticket.
        duplicate, ///< Belongs to an open episode.
        closed,    ///< The episode has ended.
        nothing    ///< Resolved, but no episode was open.
    };
    Kind kind = Kind::nothing;
    std::int64_t ticketId = 0; ///< 0 = none.
};

const char *toText(AlertResult::Kind kind);

/// Creates one ticket per episode of alerts, however often its source sends notifications. Thread-safe.
class AlertEpisodes
{
public:
    AlertEpisodes(store::Store &store, service::TicketService &tickets, std::shared_ptr<const clock::Clock> clock)
        : store_(store), tickets_(tickets), clock_(std::move(clock))
    {
    }

    /// Returns when the result is durable. `connection` has a plugin that is ready. Throws StoreError; then the source
    /// must send the notification again.
    AlertResult notify(const connection::LiveConnection &connection, const AlertGroup &group, const std::string &who);

    /// The settings of a connection; the defaults if none were set. Throws StoreError.
    std::string settingsOf(const store::StoredConnection &connection) const;
    /// `document`: as for alertSettingsFrom().
    void setSettings(const store::StoredConnection &connection, const std::string &document, const std::string &who);

private:
    AlertResult fire(const connection::LiveConnection &connection, const AlertGroup &group, const std::string &who);
    AlertResult resolve(const connection::LiveConnection &connection, const AlertGroup &group, const std::string &who);

    store::Store &store_;
    service::TicketService &tickets_;
    std::shared_ptr<const clock::Clock> clock_;
};

} // namespace psa::alerts
