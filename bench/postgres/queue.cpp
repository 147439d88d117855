#include "bench/http/served.h"
#include "bench/postgres/contender.h"

#include <Poco/String.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace psa::bench {
namespace {

std::string commaSeparated(const std::vector<std::string> &names)
{
    return Poco::cat(std::string(","), names.begin(), names.end());
}

class Queue : public Contender
{
public:
    Queue(std::filesystem::path script, test::postgres::Cluster &cluster, std::filesystem::path folder,
          std::string unfinished)
        : script_(std::move(script)), folder_(std::move(folder)), uri_(cluster.uri(cluster.createDatabase())),
          unfinished_(std::move(unfinished))
    {
        std::filesystem::create_directories(folder_);
        front_ = start({"front", uri_, token(), commaSeparated(connectionNames())}, "front.log");
        port_ = portOf(*front_);
    }

    std::vector<std::uint16_t> ports() const override { return {port_}; }
    std::string token() const override { return "token-of-the-benchmark"; }
    void deliver(const Psa &psa) override
    {
        worker_ = start({"work", uri_, commaSeparated(connectionNames()), std::to_string(psa.port()), psa.caFile()},
                        "worker.log");
        for (int i = 0; worker_->output().find("ready") == std::string::npos; ++i)
        {
            if (i == 1000)
                throw std::runtime_error("a worker does not start: " + worker_->output());
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
    std::size_t unfinished() override { return std::stoul(test::postgres::Session(uri_).value(unfinished_)); }

private:
    std::unique_ptr<test::RunningProgram> start(std::vector<std::string> arguments, const char *log) const
    {
        arguments.insert(arguments.begin(), {"node", script_});
        return std::make_unique<test::RunningProgram>("/usr/bin/env", arguments, folder_ / log);
    }

    std::filesystem::path script_;
    std::filesystem::path folder_;
    std::string uri_;
    std::string unfinished_;
    std::unique_ptr<test::RunningProgram> front_;
    std::unique_ptr<test::RunningProgram> worker_;
    std::uint16_t port_ = 0;
};

} // namespace

std::unique_ptr<Contender> queue(const std::filesystem::path &script, test::postgres::Cluster &cluster,
                                 const std::filesystem::path &folder, const std::string &unfinished)
{
    return std::make_unique<Queue>(script, cluster, folder, unfinished);
}

} // namespace psa::bench
