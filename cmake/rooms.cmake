# THE table: every room of src/ and the rooms it may use. The build links by it and tools/check_rooms reads it.
# A row is: name | the rooms it may use | the public headers (include/stentor) it owns.
# Rooms are listed lowest first; a room may only name rooms above its own line.
set(STENTOR_ROOM_TABLE
    "base       |                                                                                  | result"
    "http       | base                                                                             |"
    "stomp      | base                                                                             |"
    "messaging  | base                                                                             | message attributes detail/authenticate execution security user_destination"
    "net        | base                                                                             |"
    "websocket  | base http                                                                        |"
    "sockjs     | base http                                                                        |"
    "broker     | base messaging                                                                   |"
    "controller | base messaging                                                                   | arguments converters coroutine detail/bind detail/json_read detail/json_types detail/json_write detail/validate html json mapping named_arguments replies session session_scope validation"
    "security   | base messaging http                                                              | access"
    "nodes      | base messaging broker                                                           |"
    "hub        | base messaging broker controller security                                        |"
    "session    | base messaging http stomp websocket sockjs broker controller security hub        | websocket_handler events interceptor"
    "transport  | base messaging http stomp websocket sockjs broker controller security hub session net |"
    "relay      | base messaging stomp broker net                                                  |"
    "kafka      | base messaging broker                                                            |"
    "fetch      | base http security                                                               |"
    "app        | base messaging http stomp websocket sockjs broker controller security nodes hub session net transport relay kafka fetch | access_config app config config_file connections_config controller jwt_config kafka_config security_config session_cookie_config relay_config nodes nodes_config tls_config inspection messenger pending stentor user_registry users users_config version"
    "testing    | base messaging http stomp websocket sockjs broker controller security nodes hub session net transport relay kafka fetch app | testing/failure testing/clients testing/test_app")

set(STENTOR_ROOMS "")
foreach(row IN LISTS STENTOR_ROOM_TABLE)
  string(REGEX MATCH "^([a-z]+) *\\|([^|]*)\\|" _ "${row}")
  set(room "${CMAKE_MATCH_1}")
  string(STRIP "${CMAKE_MATCH_2}" uses)
  string(REGEX REPLACE " +" ";" uses "${uses}")
  list(APPEND STENTOR_ROOMS ${room})
  set(STENTOR_USES_${room} "${uses}")
endforeach()
