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
    Queue(QueueProgram program, test::postgres::Cluster &cluster, std::filesystem::path folder)
        : program_(std::move(program)), folder_(std::move(folder)), uri_(cluster.uri(cluster.createDatabase()))
    {
        std::filesystem::create_directories(folder_);
        front_ = start({"front", uri_, token(), commaSeparated(connectionNames())}, "front.log");
        port_ = portOf(*front_);
    }

    std::vector<std::uint16_t> ports() const override { return {port_}; }
    std::string token() const override { return "token-of-the-benchmark"; }
    void deliver(const Psa &psa) override
    {
        std::vector<std::string> arguments{"work", uri_, commaSeparated(connectionNames()), std::to_string(psa.port()),
                                           psa.caFile()};
        if (program_.tuned)
            arguments.emplace_back("tuned");
        worker_ = start(arguments, "worker.log");
        for (int i = 0; worker_->output().find("ready") == std::string::npos; ++i)
        {
            if (i == 1000)
                throw std::runtime_error("a worker does not start: " + worker_->output());
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
    std::size_t unfinished() override { return std::stoul(test::postgres::Session(uri_).value(program_.unfinished)); }

private:
    std::unique_ptr<test::RunningProgram> start(std::vector<std::string> arguments, const char *log) const
    {
        arguments.insert(arguments.begin(), {"node", program_.script});
        return std::make_unique<test::RunningProgram>("/usr/bin/env", arguments, folder_ / log);
    }

    QueueProgram program_;
    std::filesystem::path folder_;
    std::string uri_;
    std::unique_ptr<test::RunningProgram> front_;
    std::unique_ptr<test::RunningProgram> worker_;
    std::uint16_t port_ = 0;
};

} // namespace

std::unique_ptr<Contender> queue(const QueueProgram &program, test::postgres::Cluster &cluster,
                                 const std::filesystem::path &folder)
{
    return std::make_unique<Queue>(program, cluster, folder);
}

} // namespace psa::bench
