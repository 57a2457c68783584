#pragma once

/// The whole public promise but for coroutines, which need Boost.Asio: <stentor/coroutine.hpp>.
#include "stentor/app.hpp"
#include "stentor/arguments.hpp"
#include "stentor/attributes.hpp"
#include "stentor/config.hpp"
#include "stentor/config_file.hpp"
#include "stentor/controller.hpp"
#include "stentor/html.hpp"
#include "stentor/json.hpp"
#include "stentor/mapping.hpp"
#include "stentor/message.hpp"
#include "stentor/messenger.hpp"
#include "stentor/replies.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"
#include "stentor/version.hpp"
#include "stentor/websocket_handler.hpp"
