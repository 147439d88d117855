#pragma once

#include "host/store/alert_episode.h"
#include "host/store/sqlite/sqlite_context.h"

namespace psa::host {

// See StoreReader and StoreWriter.

std::optional<AlertEpisode> loadOpenEpisode(SqliteContext &context, const std::string &connection,
                                            const std::string &group);
std::int64_t addEpisode(SqliteContext &context, const AlertEpisode &episode);
void updateEpisode(SqliteContext &context, const AlertEpisode &episode);
std::size_t deleteEpisodes(SqliteContext &context, Clock::Wall before, std::size_t max);

} // namespace psa::host
