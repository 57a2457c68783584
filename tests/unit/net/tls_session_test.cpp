#include "net/tls_session.hpp"

#include "unit/net/tls_files.hpp"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <fstream>
#include <optional>
#include <stdexcept>

namespace stentor::net {
namespace {

using State = TlsSession::State;

class TlsSessionTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        files_ = new test::TlsFiles;
        first_ = files_->issue("first", "DNS:localhost,DNS:*.example.com,IP:127.0.0.1");
        second_ = files_->issue("second", "DNS:other.example.com");
    }
    static void TearDownTestSuite() { delete files_; }

    static std::shared_ptr<const TlsContext> server(TlsServerSettings settings = {}) {
        if (settings.certificates.empty()) settings.certificates = {first_, second_};
        return TlsContext::for_server(settings);
    }
    static std::shared_ptr<const TlsContext> client(TlsClientSettings settings = {}) {
        if (settings.ca.empty()) settings.ca = files_->ca();
        return TlsContext::for_client(settings);
    }

    /// A client and a server, each with what the other has sent it.
    struct Pair {
        Pair(const std::shared_ptr<const TlsContext>& by_server,
             const std::shared_ptr<const TlsContext>& by_client, const std::string& host)
            : server(by_server), client(by_client, host) {}

        std::string take() {
            std::string sealed(scratch.sealed.begin(), scratch.sealed.end());
            scratch.sealed.clear();
            return sealed;
        }
        void shake_hands() {
            client.start(scratch);
            std::string to_server = take();
            for (int i = 0; i < 10 && !to_server.empty(); ++i) {
                (void)server.read(to_server, scratch);
                const std::string to_client = take();
                if (!to_client.empty()) (void)client.read(to_client, scratch);
                to_server = take();
            }
        }
        std::string to_server(const std::string& text) {
            client.write(text, scratch);
            const std::span<char> got = server.read(take(), scratch);
            return {got.begin(), got.end()};
        }

        TlsScratch scratch;
        TlsSession server;
        TlsSession client;
    };

    static inline test::TlsFiles* files_ = nullptr;
    static inline CertificateFiles first_;
    static inline CertificateFiles second_;
};

TEST_F(TlsSessionTest, CarriesBytesBothWays) {
    Pair pair(server(), client(), "localhost");
    pair.shake_hands();
    ASSERT_EQ(pair.client.state(), State::open) << pair.client.why();
    ASSERT_EQ(pair.server.state(), State::open) << pair.server.why();
    EXPECT_EQ(pair.to_server("hello"), "hello");
    pair.server.write("world", pair.scratch);
    const std::span<char> got = pair.client.read(pair.take(), pair.scratch);
    EXPECT_EQ(std::string(got.begin(), got.end()), "world");
}

TEST_F(TlsSessionTest, BytesMayComeOneByOne) {
    Pair pair(server(), client(), "localhost");
    pair.client.start(pair.scratch);
    std::string to_server = pair.take();
    std::string got;
    for (int i = 0; i < 10 && !to_server.empty(); ++i) {
        std::string to_client;
        for (const char byte : to_server) {
            (void)pair.server.read({&byte, 1}, pair.scratch);
            to_client += pair.take();
        }
        to_server.clear();
        for (const char byte : to_client) {
            (void)pair.client.read({&byte, 1}, pair.scratch);
            to_server += pair.take();
        }
    }
    ASSERT_EQ(pair.server.state(), State::open);
    pair.client.write(std::string(40'000, 'x'), pair.scratch);
    for (const char byte : pair.take()) {
        const std::span<char> plain = pair.server.read({&byte, 1}, pair.scratch);
        got.append(plain.begin(), plain.end());
    }
    EXPECT_EQ(got, std::string(40'000, 'x'));
}

TEST_F(TlsSessionTest, ManyRecordsAtOnce) {
    Pair pair(server(), client(), "localhost");
    pair.shake_hands();
    const std::string much(1'000'000, 'y');
    EXPECT_EQ(pair.to_server(much), much);
}

TEST_F(TlsSessionTest, TheNameDecidesTheCertificate) {
    for (const auto& [host, subject] :
         {std::pair("localhost", "CN=first"), std::pair("other.example.com", "CN=second"),
          std::pair("some.example.com", "CN=first"), std::pair("127.0.0.1", "CN=first")}) {
        Pair pair(server(), client(), host);
        pair.shake_hands();
        ASSERT_EQ(pair.client.state(), State::open) << host << ": " << pair.client.why();
        EXPECT_EQ(pair.client.peer_subject(), subject) << host;
    }
}

TEST_F(TlsSessionTest, T25AWrongNameIsRefused) {
    for (const char* const host : {"example.com", "a.b.example.com", "127.0.0.2", "localhost.evil"}) {
        Pair pair(server(), client(), host);
        pair.shake_hands();
        EXPECT_EQ(pair.client.state(), State::failed) << host;
        EXPECT_NE(pair.server.state(), State::open) << host;
    }
}

TEST_F(TlsSessionTest, T25AnUnknownIssuerIsRefused) {
    test::TlsFiles others;
    TlsClientSettings settings;
    settings.ca = others.ca();
    Pair pair(server(), client(settings), "localhost");
    pair.shake_hands();
    EXPECT_EQ(pair.client.state(), State::failed);
    settings.verify = false;
    Pair lenient(server(), client(settings), "localhost");
    lenient.shake_hands();
    EXPECT_EQ(lenient.client.state(), State::open) << lenient.client.why();
}

TEST_F(TlsSessionTest, T24AClientNeedsItsCertificateWhereOneIsRequired) {
    TlsServerSettings required;
    required.certificates = {first_};
    required.client_certificates = ClientCertificates::required;
    required.client_ca = files_->ca();
    {
        Pair without(server(required), client(), "localhost");
        without.shake_hands();
        EXPECT_EQ(without.server.state(), State::failed);
    }
    TlsClientSettings with;
    with.own = files_->issue("alice", "DNS:alice");
    Pair pair(server(required), client(with), "localhost");
    pair.shake_hands();
    ASSERT_EQ(pair.server.state(), State::open) << pair.server.why();
    EXPECT_EQ(pair.server.peer_subject(), "CN=alice");
    EXPECT_EQ(pair.server.peer_name(), "alice");
    test::TlsFiles others;
    with.own = others.issue("mallory", "DNS:mallory");
    for (const auto mode : {ClientCertificates::required, ClientCertificates::optional}) {
        required.client_certificates = mode;
        Pair foreign(server(required), client(with), "localhost");
        foreign.shake_hands();
        EXPECT_EQ(foreign.server.state(), State::failed);
    }
}

TEST_F(TlsSessionTest, A10ACertificateWhoseNameNoUserMayHaveEndsTheHandshake) {
    TlsServerSettings asking;
    asking.certificates = {first_};
    asking.client_certificates = ClientCertificates::optional;
    asking.client_ca = files_->ca();
    for (const char* name : {"a\x01z", "a\nz"}) {
        TlsClientSettings with;
        with.own = files_->issue("nobody", "DNS:x", 2, name);
        Pair pair(server(asking), client(with), "localhost");
        pair.shake_hands();
        EXPECT_EQ(pair.server.state(), State::failed);
        EXPECT_EQ(pair.server.why(), "application verification failure");
    }
}

TEST_F(TlsSessionTest, A24ACertificateHoldsUntilItEnds) {
    TlsServerSettings asking;
    asking.certificates = {first_};
    asking.client_certificates = ClientCertificates::required;
    asking.client_ca = files_->ca();
    TlsClientSettings with;
    with.own = files_->issue("alice", "DNS:alice");
    Pair pair(server(asking), client(with), "localhost");
    pair.shake_hands();
    EXPECT_GT(pair.server.peer_valid_for(), std::chrono::minutes(1));
    EXPECT_LE(pair.server.peer_valid_for(), std::chrono::days(3650));
    EXPECT_EQ(pair.client.peer_valid_for() > std::chrono::seconds(0), true);
}

TEST_F(TlsSessionTest, T16OldVersionsAndWeakCiphersAreRefused) {
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        const auto old = client();
        SSL_CTX_set_min_proto_version(old->native(), version);
        SSL_CTX_set_max_proto_version(old->native(), version);
        SSL_CTX_set_security_level(old->native(), 0);
        Pair pair(server(), old, "localhost");
        pair.shake_hands();
        EXPECT_EQ(pair.server.state(), State::failed);
    }
    const auto weak = client();
    SSL_CTX_set_max_proto_version(weak->native(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(weak->native(), "AES128-SHA:ECDHE-ECDSA-AES128-SHA");
    Pair pair(server(), weak, "localhost");
    pair.shake_hands();
    EXPECT_EQ(pair.server.state(), State::failed);
}

/// A client of OpenSSL's own, that does what TlsSession never would.
struct RawClient {
    explicit RawClient(const TlsContext& context) : ssl(SSL_new(context.native())) {
        SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(ssl);
    }
    ~RawClient() { SSL_free(ssl); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    std::string take() const {
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(SSL_get_wbio(ssl), &bytes);
        std::string sealed(bytes, static_cast<std::size_t>(size));
        (void)BIO_reset(SSL_get_wbio(ssl));
        return sealed;
    }
    /// Goes on with its handshake; what the server says to it is taken in.
    int step(TlsSession& server, TlsScratch& scratch) const {
        const int done = SSL_do_handshake(ssl);
        (void)server.read(take(), scratch);
        BIO_write(SSL_get_rbio(ssl), scratch.sealed.data(), static_cast<int>(scratch.sealed.size()));
        scratch.sealed.clear();
        return done;
    }

    SSL* ssl;
};

TEST_F(TlsSessionTest, T14RenegotiationIsRefused) {
    const auto old = client({.verify = false});
    SSL_CTX_set_max_proto_version(old->native(), TLS1_2_VERSION);
    SSL_CTX_clear_options(old->native(), SSL_OP_NO_RENEGOTIATION);
    const RawClient raw(*old);
    TlsScratch scratch;
    TlsSession session(server());
    for (int i = 0; i < 5; ++i) raw.step(session, scratch);
    ASSERT_EQ(session.state(), State::open) << session.why();
    ASSERT_EQ(SSL_renegotiate(raw.ssl), 1);
    int done = 0;
    for (int i = 0; i < 5; ++i) done = raw.step(session, scratch);
    EXPECT_NE(done, 1);
}

TEST_F(TlsSessionTest, T15AFloodOfKeyUpdatesFails) {
    const RawClient raw(*client({.verify = false}));
    TlsScratch scratch;
    TlsSession session(server());
    for (int i = 0; i < 5; ++i) raw.step(session, scratch);
    ASSERT_EQ(session.state(), State::open) << session.why();
    int updates = 0;
    while (session.state() == State::open && updates < 100) {
        ASSERT_EQ(SSL_key_update(raw.ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
        raw.step(session, scratch);
        ++updates;
    }
    EXPECT_EQ(session.state(), State::failed);
    EXPECT_EQ(updates, 33);
}

/// Keys that seal tickets are a context's own: a new context, which there is twice a day, opens none of the
/// old.
TEST_F(TlsSessionTest, TicketsDoNotOutliveTheKeysThatSealThem) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto by_client = client({.verify = false});
        SSL_CTX_set_max_proto_version(by_client->native(), version);
        const auto before = server();
        SSL_SESSION* ticket = nullptr;
        const auto resumes = [&](const std::shared_ptr<const TlsContext>& context) {
            const RawClient raw(*by_client);
            if (ticket != nullptr) SSL_set_session(raw.ssl, ticket);
            TlsScratch scratch;
            TlsSession session(context);
            for (int i = 0; i < 5; ++i) raw.step(session, scratch);
            session.write("x", scratch);
            raw.step(session, scratch);
            char read = 0;
            EXPECT_EQ(SSL_read(raw.ssl, &read, 1), 1) << "with 1.3 the tickets come before it";
            EXPECT_EQ(session.state(), State::open) << session.why();
            if (ticket == nullptr) ticket = SSL_get1_session(raw.ssl);
            SSL_set_shutdown(raw.ssl,
                             SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);  // else it is no good any more
            return SSL_session_reused(raw.ssl) == 1;
        };
        EXPECT_FALSE(resumes(before));
        ASSERT_NE(ticket, nullptr);
        EXPECT_TRUE(resumes(before));
        EXPECT_FALSE(resumes(server()));
        SSL_SESSION_free(ticket);
    }
}

TEST_F(TlsSessionTest, T18OddNamesGetTheFirstCertificateOrNone) {
    for (const std::string& name : {std::string(), std::string(255, 'x'), std::string("no.such.name"),
                                    std::string("*.example.com"), std::string("..")}) {
        const RawClient raw(*client({.verify = false}));
        if (!name.empty()) { ASSERT_EQ(SSL_set_tlsext_host_name(raw.ssl, name.c_str()), 1) << name; }
        TlsScratch scratch;
        TlsSession session(server());
        for (int i = 0; i < 5; ++i) raw.step(session, scratch);
        EXPECT_EQ(session.state(), State::open) << name << session.why();
    }
    const RawClient raw(*client({.verify = false}));
    ASSERT_EQ(SSL_set_tlsext_host_name(raw.ssl, "first.example.com"), 1);
    (void)SSL_do_handshake(raw.ssl);
    std::string hello = raw.take();
    hello[hello.find("first.example.com") + 5] = '\0';
    TlsScratch scratch;
    TlsSession session(server());
    (void)session.read(hello, scratch);
    EXPECT_EQ(session.state(), State::failed) << "a name with a zero byte";
}

TEST_F(TlsSessionTest, T13AnAnnouncedLengthTakesNoMemory) {
    TlsScratch scratch;
    TlsSession session(server());
    const std::string announced("\x16\x03\x01\x00\x09\x01\xff\xff\xff\x03\x03\x00\x00\x00", 14);
    (void)session.read(announced, scratch);
    EXPECT_EQ(session.state(), State::failed);
}

TEST_F(TlsSessionTest, T17PlainHttpGetsAnAnswer) {
    TlsScratch scratch;
    TlsSession session(server());
    (void)session.read("GET / HTTP/1.1\r\nHost: x\r\n\r\n", scratch);
    EXPECT_EQ(session.state(), State::failed);
    EXPECT_TRUE(std::string(scratch.sealed.begin(), scratch.sealed.end()).starts_with("HTTP/1.1 400 "));
}

TEST_F(TlsSessionTest, GarbageFails) {
    TlsScratch scratch;
    for (const char* const bytes : {"CONNECT\nhost:x\n\n", "\x16\x03\x01\xff\xff", "\x80\x80\x80\x80\x80"}) {
        TlsSession session(server());
        (void)session.read(bytes, scratch);
        EXPECT_EQ(session.state(), State::failed) << bytes;
        EXPECT_FALSE(session.why().empty());
    }
}

TEST_F(TlsSessionTest, ATouchedRecordFails) {
    Pair pair(server(), client(), "localhost");
    pair.shake_hands();
    pair.client.write("hello", pair.scratch);
    std::string sealed = pair.take();
    sealed.back() = static_cast<char>(sealed.back() ^ 1);
    EXPECT_TRUE(pair.server.read(sealed, pair.scratch).empty());
    EXPECT_EQ(pair.server.state(), State::failed);
}

TEST_F(TlsSessionTest, CloseNotifyIsTheEnd) {
    Pair pair(server(), client(), "localhost");
    pair.shake_hands();
    pair.client.write("last", pair.scratch);
    pair.client.close_notify(pair.scratch);
    const std::span<char> got = pair.server.read(pair.take(), pair.scratch);
    EXPECT_EQ(std::string(got.begin(), got.end()), "last");
    EXPECT_EQ(pair.server.state(), State::ended);
    pair.server.write("answer", pair.scratch);
    EXPECT_EQ(pair.server.state(), State::ended);
    EXPECT_FALSE(pair.take().empty());
}

TEST_F(TlsSessionTest, WrongFilesAreNamed) {
    const auto refusal = [&](const TlsServerSettings& settings) -> std::string {
        try {
            (void)TlsContext::for_server(settings);
        } catch (const std::runtime_error& error) { return error.what(); }
        return {};
    };
    TlsServerSettings settings;
    EXPECT_FALSE(refusal(settings).empty());
    settings.certificates = {{files_->file("none.pem"), first_.key}};
    EXPECT_NE(refusal(settings).find("none.pem"), std::string::npos);
    settings.certificates = {{first_.certificate, second_.key}};
    EXPECT_NE(refusal(settings).find("second.key"), std::string::npos);
    std::ofstream(files_->file("empty.key")).flush();
    settings.certificates = {{first_.certificate, files_->file("empty.key")}};
    EXPECT_NE(refusal(settings).find("empty.key"), std::string::npos);
}

}  // namespace
}  // namespace stentor::net
