// How a store reaches its database: passwords and TLS.
#include "tests/postgres/shared_store.h"
#include "tests/support/postgres/cluster.h"
#include "tests/support/postgres/server_programs.h"
#include "tests/support/test_pki.h"

#include <catch2/catch.hpp>

#include <fstream>

using namespace psa::test;
using namespace psa::test::postgres;
using Catch::Matchers::Contains;
using Catch::Matchers::Equals;

namespace {

std::string fileWith(const TestFolder &folder, const std::string &name, const std::string &text)
{
    const std::filesystem::path file = folder.path() / name;
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    return file;
}

} // namespace

TEST_CASE("the password of the database is read from its file, and no error repeats it")
{
    if (isSkipped())
        return;
    Cluster &cluster = Cluster::shared();
    const std::string uri = cluster.tcpUri(cluster.createDatabase());
    const TestFolder folder;
    CHECK_THAT(refusalOf(uri, fileWith(folder, "right", cluster.password() + "\n")), Equals(""));
    const std::string wrong = refusalOf(uri, fileWith(folder, "wrong", "not-the-password\n"));
    CHECK_THAT(wrong, Contains("password") && !Contains("not-the-password"));
    CHECK_THAT(refusalOf(uri), Contains("password"));
    const std::string missing = folder.path() / "missing";
    CHECK_THAT(refusalOf(uri, missing), Contains(missing));
}

TEST_CASE("over the network the database has to prove who it is")
{
    if (isSkipped())
        return;
    TestPki pki;
    const auto uriOf = [](Cluster &cluster, const std::string &more) {
        // A name that is not of this machine, with the address that it would have.
        return cluster.tcpUri(cluster.createDatabase(), "db.example.com") + "?hostaddr=127.0.0.1" + more;
    };
    const TestFolder folder;
    Cluster cluster;
    const std::string password = fileWith(folder, "password", cluster.password() + "\n");
    const std::string trusted = "&sslrootcert=" + pki.caFile().string();
    CHECK_THAT(refusalOf(uriOf(cluster, trusted), password), Contains("SSL")); // it has no certificate
    const auto use = [&](const Credential &credential) {
        cluster.useCertificate(credential.certificate, credential.key);
    };
    use(pki.leaf({"db.example.com"}));
    CHECK_THAT(refusalOf(uriOf(cluster, trusted), password), Equals(""));
    use(pki.leaf({"other.example.com"}));
    CHECK_THAT(refusalOf(uriOf(cluster, trusted), password), Contains("other.example.com"));
    LeafOptions unknown;
    unknown.signer = Signer::unknownCa;
    use(pki.leaf({"db.example.com"}, unknown));
    CHECK_THAT(refusalOf(uriOf(cluster, trusted), password), Contains("certificate"));
    CHECK_THAT(refusalOf(uriOf(cluster, "&sslmode=require"), password), Equals("")); // the operator asks for less
}
