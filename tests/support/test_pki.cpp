#include "tests/support/test_pki.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace psa::test {
namespace {

template <auto Function>
struct Free
{
    template <class T>
    void operator()(T *object) const
    {
        Function(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;

void check(bool good, const char *what)
{
    if (!good)
        throw std::runtime_error(std::string("TestPki: ") + what + ": " + ERR_error_string(ERR_get_error(), nullptr));
}

std::filesystem::path newFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "psa-pki-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
    return name;
}

void writeFile(const std::filesystem::path &path, BIO *content)
{
    char *data = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(content, &data));
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool good = file >= 0 && fchmod(file, 0600) == 0 && write(file, data, size) == static_cast<ssize_t>(size);
    const int error = errno;
    if (file >= 0)
        close(file);
    if (!good)
        throw std::system_error(error, std::generic_category(), path.string());
}

void writeCertificate(const std::filesystem::path &path, X509 *certificate)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    check(PEM_write_bio_X509(bio.get(), certificate) == 1, "writing a certificate");
    writeFile(path, bio.get());
}

void writeKey(const std::filesystem::path &path, EVP_PKEY *key)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    check(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "writing a key");
    writeFile(path, bio.get());
}

/// A certificate with the parts common to authorities and leaves; without issuer, extensions and signature.
Certificate blank(const std::string &commonName, EVP_PKEY *key, std::chrono::seconds from, std::chrono::seconds to)
{
    Certificate certificate(X509_new());
    std::uint64_t serial = 0;
    check(RAND_bytes(reinterpret_cast<unsigned char *>(&serial), sizeof serial) == 1, "random serial number");
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), (serial >> 1) | 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from.count());
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to.count());
    X509_set_pubkey(certificate.get(), key);
    const auto *text = reinterpret_cast<const unsigned char *>(commonName.c_str());
    check(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0) ==
              1,
          "common name");
    return certificate;
}

void extend(X509 *certificate, X509 *issuer, int kind, const std::string &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

void sign(X509 *certificate, X509 *issuer, EVP_PKEY *key)
{
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    extend(certificate, issuer, NID_subject_key_identifier, "hash");
    if (certificate != issuer)
        extend(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    check(X509_sign(certificate, key, EVP_sha256()) > 0, "signing");
}

bool isAddress(const std::string &name)
{
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
           inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

std::string alternativeNames(const std::vector<std::string> &names)
{
    std::string list;
    for (const std::string &name : names)
        list += (list.empty() ? "" : ",") + std::string(isAddress(name) ? "IP:" : "DNS:") + name;
    return list;
}

} // namespace

struct TestPki::Authority
{
    Key key;
    Certificate certificate;

    explicit Authority(const std::string &name)
        : key(EVP_EC_gen("P-256")),
          certificate(blank(name, key.get(), -std::chrono::hours(24 * 365), std::chrono::hours(24 * 365)))
    {
        X509 *self = certificate.get();
        extend(self, self, NID_basic_constraints, "critical,CA:TRUE");
        extend(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
        sign(self, self, key.get());
    }
};

TestPki::TestPki() : TestPki(newFolder(), getpid()) {}

TestPki::TestPki(std::filesystem::path folder, pid_t owner)
    : folder_(std::move(folder)), owner_(owner), root_(std::make_unique<Authority>("Test root CA")),
      clientCa_(std::make_unique<Authority>("Test client CA")),
      unknownCa_(std::make_unique<Authority>("Test CA that nobody knows"))
{
    writeCertificate(caFile(), root_->certificate.get());
    writeCertificate(clientCaFile(), clientCa_->certificate.get());
}

TestPki::~TestPki()
{
    std::error_code ignored; // a folder left in /tmp does not fail a test
    if (owner_ == getpid())
        std::filesystem::remove_all(folder_, ignored);
}

Credential TestPki::leaf(const std::vector<std::string> &names, const LeafOptions &options)
{
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = blank(names.at(0), key.get(), options.notBefore, options.notAfter);
    const Authority *signer = authority(options.signer);
    X509 *issuer = signer ? signer->certificate.get() : certificate.get();
    extend(certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
    extend(certificate.get(), issuer, NID_key_usage, "critical,digitalSignature");
    extend(certificate.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
    extend(certificate.get(), issuer, NID_subject_alt_name, alternativeNames(names));
    sign(certificate.get(), issuer, signer ? signer->key.get() : key.get());

    const std::string file = "leaf-" + std::to_string(++leaves_);
    Credential written{folder_ / (file + ".pem"), folder_ / (file + ".key")};
    writeCertificate(written.certificate, certificate.get());
    writeKey(written.key, key.get());
    return written;
}

const TestPki::Authority *TestPki::authority(Signer signer) const
{
    switch (signer)
    {
    case Signer::root:
        return root_.get();
    case Signer::clientCa:
        return clientCa_.get();
    case Signer::unknownCa:
        return unknownCa_.get();
    case Signer::itself:
        break;
    }
    return nullptr;
}

} // namespace psa::test
