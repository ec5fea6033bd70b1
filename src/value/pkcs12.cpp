#include "value/pkcs12.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <memory>

namespace prisma {
namespace {

template <auto kFree>
struct Freeing {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

void FreeChain(STACK_OF(X509) * chain) { sk_X509_pop_free(chain, X509_free); }

using Bio = std::unique_ptr<BIO, Freeing<BIO_free_all>>;

// The last thing that OpenSSL has complained of.
std::string Complaint() {
  char text[256] = "it can't be read";
  if (unsigned long code = ERR_peek_last_error(); code != 0) {
    if (const char* reason = ERR_reason_error_string(code)) return reason;
    ERR_error_string_n(code, text, sizeof(text));
  }
  return text;
}

}  // namespace

std::optional<std::string> Pkcs12ToPem(std::string_view file, const std::string& password, std::string& fault) {
  ERR_clear_error();
  const auto* bytes = reinterpret_cast<const unsigned char*>(file.data());
  std::unique_ptr<PKCS12, Freeing<PKCS12_free>> container(d2i_PKCS12(nullptr, &bytes, static_cast<long>(file.size())));
  if (container == nullptr) {
    fault = "It is neither PEM nor PKCS #12.";
    return std::nullopt;
  }
  EVP_PKEY* raw_key = nullptr;
  X509* raw_certificate = nullptr;
  STACK_OF(X509)* raw_chain = nullptr;
  if (PKCS12_parse(container.get(), password.c_str(), &raw_key, &raw_certificate, &raw_chain) != 1) {
    fault = "It could not be opened with the `sslpassword` that was given: " + Complaint() + ".";
    return std::nullopt;
  }
  std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>> key(raw_key);
  std::unique_ptr<X509, Freeing<X509_free>> certificate(raw_certificate);
  std::unique_ptr<STACK_OF(X509), Freeing<FreeChain>> chain(raw_chain);
  if (key == nullptr || certificate == nullptr) {
    fault = "It holds no certificate with its key.";
    return std::nullopt;
  }
  Bio out(BIO_new(BIO_s_mem()));
  bool is_written = out != nullptr && PEM_write_bio_X509(out.get(), certificate.get()) == 1;
  for (int i = 0; is_written && chain != nullptr && i < sk_X509_num(chain.get()); ++i) {
    is_written = PEM_write_bio_X509(out.get(), sk_X509_value(chain.get(), i)) == 1;
  }
  is_written = is_written && PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  char* text = nullptr;
  const long size = is_written ? BIO_get_mem_data(out.get(), &text) : 0;
  if (size <= 0) {
    fault = "Its contents could not be written as PEM: " + Complaint() + ".";
    return std::nullopt;
  }
  return std::string(text, static_cast<size_t>(size));
}

}  // namespace prisma
