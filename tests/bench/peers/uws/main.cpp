// uWebSockets as a peer of scripts/bench-peers: /echo, and a topic tree behind just enough STOMP for a load
// generator. It is reached by the C functions of the library that the Python package `socketify` brings, so
// that no Python runs here. MESSAGE frames are written by hand, once a message; publishing is uWebSockets'
// own.
//
//     uws_peer LIBRARY
#include <dlfcn.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace std::string_view_literals;

namespace {

// As the library declares them, with void pointers for what is only handed on.
struct SocketContextOptions {
    const char* files[6] = {};
    int prefer_low_memory = 0;
};
struct Behavior {
    int compression = 0;
    unsigned max_payload = 16 * 1024 * 1024;
    unsigned short idle_timeout = 0;
    unsigned max_backpressure = 64 * 1024 * 1024;
    bool close_on_backpressure_limit = false;
    bool reset_idle_timeout_on_send = false;
    bool send_pings_automatically = false;
    unsigned short max_lifetime = 0;
    void (*upgrade)(void*, void*, void*, void*) = nullptr;
    void (*open)(void*, void*) = nullptr;
    void (*message)(void*, const char*, std::size_t, int, void*) = nullptr;
    void (*drain)(void*, void*) = nullptr;
    void (*ping)(void*, const char*, std::size_t, void*) = nullptr;
    void (*pong)(void*, const char*, std::size_t, void*) = nullptr;
    void (*close)(void*, int, const char*, std::size_t, void*) = nullptr;
    void (*subscription)(void*, const char*, std::size_t, int, int, void*) = nullptr;
};
struct ListenConfig {
    int port = 0;
    const char* host = "127.0.0.1";
    int options = 0;
};
constexpr int text = 1;

struct Library {
    explicit Library(const char* path) : handle(::dlopen(path, RTLD_NOW)) {
        if (handle != nullptr) return;
        std::fprintf(stderr, "uws_peer: %s\n", ::dlerror());
        std::exit(1);
    }
    template <class F>
    void find(F& function, const char* name) const {
        function = reinterpret_cast<F>(::dlsym(handle, name));
        if (function != nullptr) return;
        std::fprintf(stderr, "uws_peer: the library has no %s\n", name);
        std::exit(1);
    }
    void* handle;
};

void* (*create_app)(int, SocketContextOptions);
void (*add_ws)(int, void*, const char*, Behavior, void*);
void (*listen_with_config)(int, void*, ListenConfig, void (*)(void*, ListenConfig, void*), void*);
void (*run_app)(int, void*);
int (*local_port)(int, void*);
int (*send)(int, void*, const char*, std::size_t, int);
bool (*subscribe)(int, void*, const char*, std::size_t);
bool (*publish)(int, void*, const char*, std::size_t, const char*, std::size_t, int, bool);

void find_functions(const Library& library) {
    library.find(create_app, "uws_create_app");
    library.find(add_ws, "uws_ws");
    library.find(listen_with_config, "uws_app_listen_with_config");
    library.find(run_app, "uws_app_run");
    library.find(local_port, "us_socket_local_port");
    library.find(send, "uws_ws_send");
    library.find(subscribe, "uws_ws_subscribe");
    library.find(publish, "uws_publish");
}

void* app = nullptr;
std::string subscription_id;  // the same for all, as the load generator has it
std::string message;

std::string_view header(std::string_view frame, std::string_view name) {
    const std::size_t at = frame.find(name);
    if (at == frame.npos) return {};
    const std::size_t begin = at + name.size();
    return frame.substr(begin, frame.find('\n', begin) - begin);
}

void publish_frame(std::string_view frame) {
    const std::string_view destination = header(frame, "\ndestination:");
    const std::size_t begin = frame.find("\n\n") + 2;
    const std::string_view body = frame.substr(begin, frame.size() - begin - 1);
    message = "MESSAGE\ndestination:";
    message += destination;
    message += "\nmessage-id:000000000000\nsubscription:";
    message += subscription_id;
    message += "\ncontent-length:";
    message += std::to_string(body.size());
    message += "\n\n";
    message += body;
    message += '\0';
    publish(0, app, destination.data(), destination.size(), message.data(), message.size(), text, false);
}

void on_stomp(void* socket, const char* bytes, std::size_t size, int, void*) {
    const std::string_view frame(bytes, size);
    if (frame.starts_with("SEND\n")) return publish_frame(frame);
    if (frame.starts_with("CONNECT\n") || frame.starts_with("STOMP\n")) {
        constexpr auto connected = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0"sv;
        send(0, socket, connected.data(), connected.size(), text);
    } else if (frame.starts_with("SUBSCRIBE\n")) {
        subscription_id = header(frame, "\nid:");
        const std::string_view destination = header(frame, "\ndestination:");
        subscribe(0, socket, destination.data(), destination.size());
    }
    const std::string_view receipt = header(frame, "\nreceipt:");
    if (receipt.empty()) return;
    const std::string answer = "RECEIPT\nreceipt-id:" + std::string(receipt) + "\n\n" + '\0';
    send(0, socket, answer.data(), answer.size(), text);
}

void on_echo(void* socket, const char* bytes, std::size_t size, int opcode, void*) {
    send(0, socket, bytes, size, opcode);
}

void on_listening(void* listener, ListenConfig, void*) {
    std::printf("listening on %d\n", listener == nullptr ? 0 : local_port(0, listener));
    std::fflush(stdout);
}

// The library calls every handler it has a place for.
void nothing(void*, void*) {}
void nothing(void*, const char*, std::size_t, void*) {}
void nothing(void*, int, const char*, std::size_t, void*) {}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: uws_peer LIBRARY\n");
        return 2;
    }
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    find_functions(Library(argv[1]));

    Behavior stomp;
    stomp.open = nothing;
    stomp.message = on_stomp;
    stomp.drain = nothing;
    stomp.ping = stomp.pong = nothing;
    stomp.close = nothing;
    Behavior echo = stomp;
    echo.message = on_echo;
    app = create_app(0, {});
    add_ws(0, app, "/echo", echo, nullptr);
    add_ws(0, app, "/stomp", stomp, nullptr);
    listen_with_config(0, app, {}, on_listening, nullptr);
    run_app(0, app);
}
