// Bytes on a connection to the server, with the whole API behind it: no answer is a 500, and nothing ends the process.
// TOKEN in the input is replaced by a token with every scope, HOST by the server's name.
#include "host/access/request_authenticator.h"
#include "host/http/http_server.h"
#include "host/json/json_text.h"
#include "host/plugin/plugin_loader.h"
#include "host/run/application.h"
#include "host/store/sqlite_store.h"
#include "host/store/store_error.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"
#include "tests/unit/secrets/keys.h"

#include <Poco/Net/StreamSocket.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>

using namespace psa::access;
using namespace psa::connection;
using namespace psa::http;
using namespace psa::json;
using namespace psa::net;
using namespace psa::notify;
using namespace psa::plugin;
using namespace psa::run;
using namespace psa::secrets;
using namespace psa::store;

namespace {

/// A store that writes no backups, because the input chooses their file names.
class SafeStore : public Store
{
public:
    explicit SafeStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}
    const OpenReport &openReport() const override { return store_->openReport(); }
    void backup(const std::filesystem::path &) override
    {
        throw StoreError(StoreError::Kind::unavailable, "no back-ups here");
    }
    StoreHealth health() override { return store_->health(); }
    void onChange(ChangeListener listener) override { store_->onChange(std::move(listener)); }

protected:
    void doRead(const ReadWork &work) override
    {
        store_->read([&](const StoreReader &reader) { work(reader); });
    }
    void doWrite(const WriteWork &work) override
    {
        store_->write([&](StoreWriter &writer) { work(writer); });
    }

private:
    std::unique_ptr<Store> store_;
};

LoadReport plugin()
{
    LoaderPolicy policy;
    policy.trustedPaths = {"/"};
    static PluginLoader loader({}, policy);
    return loader.load(MINIMAL_C);
}

class Site
{
public:
    Site()
    {
        address_ = server_.serveWeb(config(), application_.router(), [this](const std::vector<std::string> &hosts) {
            return std::make_shared<RequestAuthenticator>(application_.router(), application_.access(), hosts);
        });
    }

    /// The complete response to `bytes`.
    std::string ask(std::string bytes)
    {
        keepUp();
        replace(bytes, "TOKEN", token_);
        replace(bytes, "HOST", "127.0.0.1:" + std::to_string(address_.port));
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", address_.port));
        std::string answer;
        try
        {
            socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
            socket.shutdownSend();
            std::array<char, 4096> part{};
            for (int count = 0; (count = socket.receiveBytes(part.data(), part.size())) > 0;)
                answer.append(part.data(), static_cast<std::size_t>(count));
        }
        catch (const Poco::Exception &)
        {
            // The server need not read all of what it rejects.
        }
        return answer;
    }

private:
    static ServeConfig config()
    {
        ServeConfig config;
        config.listen = Poco::Net::SocketAddress("127.0.0.1", 0);
        return config;
    }
    ApplicationParts parts()
    {
        ApplicationParts parts;
        parts.store = std::make_unique<SafeStore>(openSqliteStore({folder_.path() / "state", ""}, clock_));
        parts.runtime.clock = clock_;
        parts.runtime.budgets = std::make_shared<BudgetRegistry>(clock_);
        parts.keys = KeyRing(psa::test::masterKey("key", 'k'), {});
        parts.plugins = {plugin()};
        parts.random = systemRandom;
        parts.log = [](const std::string &text) {
            if (text.find("no back-ups here") == std::string::npos)
            {
                std::cerr << text << std::endl;
                std::abort(); // a 500
            }
        };
        parts.notify = [](const Notice &) {};
        return parts;
    }
    /// An input may have removed the connection or the token, and wrong tokens block their address.
    void keepUp()
    {
        clock_->advance(std::chrono::hours(1));
        if (!application_.connections().find("acme"))
        {
            ConnectionInput input;
            input.plugin = "com.example.minimal-c";
            input.configuration = parseObject(R"({"apiKey":"any text"})");
            application_.connections().add("acme", input, "fuzz");
        }
        if (application_.access().tokens.all().empty())
            token_ = application_.access().tokens.add("fuzz", {Scope::admin}, {}, "fuzz").text;
    }
    static void replace(std::string &text, const std::string &word, const std::string &with)
    {
        for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += with.size())
            text.replace(at, word.size(), with);
    }

    psa::test::TestFolder folder_{psa::test::TestFolder::inMemory()};
    std::shared_ptr<psa::test::ManualClock> clock_ = std::make_shared<psa::test::ManualClock>();
    Application application_{parts(), false};
    HttpServer server_{[](const std::string &) {}};
    HttpServer::Address address_;
    std::string token_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static Site site;
    const std::string answer = site.ask({reinterpret_cast<const char *>(data), size});
    if (!answer.empty() && !answer.starts_with("HTTP/1."))
        std::abort();
    return 0;
}
