#include "bench/postgres/psa.h"

#include "tests/support/faulty_responders.h"

namespace psa::bench {
namespace {

test::TlsServerOptions withName(test::TestPki &pki)
{
    test::TlsServerOptions options;
    options.certificate = pki.leaf({"psa.example.com"});
    return options;
}

} // namespace

Psa::Psa()
    : server_(withName(pki_), [this, answer = test::respond::status(201, "4711")](const test::ReceivedRequest &request,
                                                                                  test::Connection &connection) {
          if (request.method == "POST")
              ++created_;
          answer(request, connection);
      })
{
}

std::vector<std::string> connectionNames()
{
    return {"psa1", "psa2", "psa3", "psa4", "psa5", "psa6", "psa7", "psa8"};
}

} // namespace psa::bench
