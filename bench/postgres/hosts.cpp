#include "bench/http/served.h"
#include "bench/postgres/contender.h"
#include "host/http/local_client.h"
#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <sys/stat.h>

#include <fstream>
#include <stdexcept>

namespace psa::bench {
namespace {

/// Hosts with the relay plugin. Until they deliver, its PSA cannot be reached.
class Hosts : public Contender
{
public:
    /// `uri`: of the database; "" = one host with SQLite.
    Hosts(std::filesystem::path folder, std::string uri, int count)
        : folder_(std::move(folder)), uri_(std::move(uri)), count_(count)
    {
        std::filesystem::create_directories(folder_);
        writePrivate(folder_ / "key", "psa-key-1:bench:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        begin("127.0.0.1:1", "");
        for (const std::string &name : connectionNames())
            run({"connection", "add", name, "--plugin", "com.example.relay", "--set", "report=honest"});
        token_ = Poco::trim(run({"token", "add", "bench", "--scope", "submit"}));
    }

    std::vector<std::uint16_t> ports() const override { return ports_; }
    std::string token() const override { return token_; }
    void deliver(const Psa &psa) override
    {
        begin("127.0.0.1:" + std::to_string(psa.port()), "ca_file = \"" + psa.caFile().string() + "\"\n");
    }
    std::size_t unfinished() override
    {
        const auto answer =
            http::askLocal(placeOf(0) / "state/psa-host.sock", {"GET", "/v1/status", {}, {}, "", {}, {}});
        const auto connections = json::parseObject(answer.body)->getArray("connections");
        std::size_t all = 0;
        for (unsigned i = 0; i < connections->size(); ++i)
            for (const char *state : {"ready", "sending", "retry_at", "unknown", "held", "needs_review"})
                all += connections->getObject(i)->getObject("tickets")->getValue<std::size_t>(state);
        return all;
    }

private:
    std::filesystem::path placeOf(int host) const { return folder_ / std::to_string(host); }

    static void writePrivate(const std::filesystem::path &file, const std::string &text)
    {
        std::ofstream(file) << text;
        chmod(file.c_str(), 0600);
    }

    /// Starts all hosts, again if they run.
    void begin(const std::string &psa, const std::string &egress)
    {
        hosts_.clear();
        ports_.clear();
        for (int i = 0; i < count_; ++i)
        {
            std::filesystem::create_directories(placeOf(i));
            const std::string store = uri_.empty() ? "" : "postgres = \"" + uri_ + "\"\n";
            writePrivate(configOf(i),
                         "[plugins]\nfiles = [\"" RELAY_PLUGIN "\"]\ntrusted_paths = [\"/\"]\n[store]\nfolder = \"" +
                             (placeOf(i) / "state").string() + "\"\n" + store + "[secrets]\nmaster_key_file = \"" +
                             (folder_ / "key").string() + "\"\n[serve]\nlisten = \"127.0.0.1:0\"\n[egress]\n" + egress +
                             "[egress.connect_to]\n\"psa.example.com:443\" = \"" + psa + "\"\n");
            hosts_.push_back(std::make_unique<test::RunningProgram>(
                PSA_HOST, std::vector<std::string>{"--config", configOf(i), "serve"}, placeOf(i) / "log"));
            ports_.push_back(portOf(*hosts_.back()));
        }
    }

    std::string configOf(int host) const { return placeOf(host) / "psa-host.toml"; }

    std::string run(const std::vector<std::string> &arguments) const
    {
        std::vector<std::string> all{"--config", configOf(0)};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const test::ProgramResult result = test::runProgram(PSA_HOST, all);
        if (result.exitCode != 0)
            throw std::runtime_error("psa-host " + arguments[0] + ": " + result.err);
        return result.out;
    }

    std::filesystem::path folder_;
    std::string uri_;
    int count_;
    std::string token_;
    std::vector<std::unique_ptr<test::RunningProgram>> hosts_;
    std::vector<std::uint16_t> ports_;
};

} // namespace

std::unique_ptr<Contender> psaHost(const std::filesystem::path &folder)
{
    return std::make_unique<Hosts>(folder, "", 1);
}

std::unique_ptr<Contender> psaHosts(const std::filesystem::path &folder, test::postgres::Cluster &cluster, int hosts)
{
    return std::make_unique<Hosts>(folder, cluster.uri(cluster.createDatabase()), hosts);
}

} // namespace psa::bench
