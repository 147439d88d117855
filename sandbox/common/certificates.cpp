#include "sandbox/common/certificates.h"

#include "sandbox/common/private_files.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace psa::sandbox {
namespace {

template <auto function>
struct Deleter
{
    template <typename T>
    void operator()(T *object) const
    {
        function(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

void check(bool good, const char *what)
{
    if (good)
        return;
    char reason[256];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    throw std::runtime_error(std::string("certificate: ") + what + ": " + reason);
}

std::string text(const Bio &bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string toPem(X509 *certificate)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    check(PEM_write_bio_X509(bio.get(), certificate) == 1, "cannot write it");
    return text(bio);
}

std::string toPem(EVP_PKEY *key)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    check(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "cannot write the key");
    return text(bio);
}

void extend(X509 *certificate, X509 *issuer, int nid, const std::string &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

/// An unsigned certificate for `key` with name and dates.
Certificate begin(EVP_PKEY *key, const char *name, long days)
{
    Certificate certificate(X509_new());
    unsigned char serial[16];
    check(RAND_bytes(serial, sizeof serial) == 1, "no random bytes");
    serial[0] &= 0x7f;
    const std::unique_ptr<BIGNUM, Deleter<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
    check(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr, "serial number");
    check(X509_set_version(certificate.get(), 2) == 1 && X509_set_pubkey(certificate.get(), key) == 1, "cannot begin");
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * 24 * 3600);
    X509_NAME *subject = X509_get_subject_name(certificate.get());
    check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(name), -1,
                                     -1, 0) == 1,
          "name");
    return certificate;
}

void makeCa(const std::filesystem::path &certificateFile, const std::filesystem::path &keyFile)
{
    const Key key(EVP_EC_gen("P-256"));
    check(key != nullptr, "cannot make a key");
    const Certificate ca = begin(key.get(), "psa-sandbox test CA, trust it nowhere else", 3650);
    check(X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get())) == 1, "issuer");
    extend(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    extend(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    check(X509_sign(ca.get(), key.get(), EVP_sha256()) > 0, "cannot sign the CA");
    replaceFile(keyFile, toPem(key.get()), 0600);
    replaceFile(certificateFile, toPem(ca.get()), 0644);
}

Bio reading(const std::string &pem)
{
    return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

} // namespace

CertificateFiles makeCertificates(const std::filesystem::path &folder, const std::vector<std::string> &names)
{
    const CertificateFiles files{folder / "ca.pem", folder / "server.pem", folder / "server-key.pem"};
    const auto caKeyFile = folder / "ca-key.pem";
    if (!std::filesystem::exists(files.ca) || !std::filesystem::exists(caKeyFile))
        makeCa(files.ca, caKeyFile);
    const std::string caPem = readFile(files.ca);
    const std::string caKeyPem = readFile(caKeyFile);
    const Certificate ca(PEM_read_bio_X509(reading(caPem).get(), nullptr, nullptr, nullptr));
    const Key caKey(PEM_read_bio_PrivateKey(reading(caKeyPem).get(), nullptr, nullptr, nullptr));
    check(ca && caKey, "ca.pem or ca-key.pem is damaged; remove both for a new CA");

    std::string list;
    for (const std::string &name : names)
        list += (list.empty() ? "" : ",") + name;
    const Key key(EVP_EC_gen("P-256"));
    check(key != nullptr, "cannot make a key");
    const Certificate server = begin(key.get(), "psa-sandbox", 397);
    check(X509_set_issuer_name(server.get(), X509_get_subject_name(ca.get())) == 1, "issuer");
    extend(server.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(server.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
    extend(server.get(), ca.get(), NID_ext_key_usage, "serverAuth");
    extend(server.get(), ca.get(), NID_subject_alt_name, list);
    extend(server.get(), ca.get(), NID_authority_key_identifier, "keyid");
    check(X509_sign(server.get(), caKey.get(), EVP_sha256()) > 0, "cannot sign the server's");
    replaceFile(files.key, toPem(key.get()), 0600);
    replaceFile(files.certificate, toPem(server.get()) + caPem, 0644);
    return files;
}

} // namespace psa::sandbox
