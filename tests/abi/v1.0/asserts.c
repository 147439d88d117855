/* The layout of ABI 1.0 on 64-bit, in numbers. Today's headers must keep it. */
#include <psa/cache.h>
#include <psa/choices.h>
#include <psa/clock.h>
#include <psa/find_ticket.h>
#include <psa/http.h>
#include <psa/ticket.h>

#include <stddef.h>

#define AT(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")
#define SIZE(type, size) _Static_assert(sizeof(type) >= (size), #type " has shrunk")

SIZE(psa_str, 16);
AT(psa_str, data, 0);
AT(psa_str, size, 8);

SIZE(psa_error, 96);
AT(psa_error, struct_size, 0);
AT(psa_error, status, 4);
AT(psa_error, http_status, 8);
AT(psa_error, retry_after_ms, 12);
AT(psa_error, user_message, 16);
AT(psa_error, hint, 32);
AT(psa_error, internal_detail, 48);
AT(psa_error, vendor_code, 64);
AT(psa_error, field, 80);

SIZE(psa_call, 56);
AT(psa_call, struct_size, 0);
AT(psa_call, reserved0, 4);
AT(psa_call, host_data, 8);
AT(psa_call, is_cancelled, 16);
AT(psa_call, remaining_ms, 24);
AT(psa_call, log, 32);
AT(psa_call, put_result, 40);
AT(psa_call, put_error, 48);

SIZE(psa_host, 40);
AT(psa_host, struct_size, 0);
AT(psa_host, abi_major, 4);
AT(psa_host, abi_minor, 8);
AT(psa_host, reserved0, 12);
AT(psa_host, host_data, 16);
AT(psa_host, log, 24);
AT(psa_host, get_extension, 32);

SIZE(psa_plugin_api, 72);
AT(psa_plugin_api, struct_size, 0);
AT(psa_plugin_api, abi_major, 4);
AT(psa_plugin_api, abi_minor_built, 8);
AT(psa_plugin_api, abi_minor_needed, 12);
AT(psa_plugin_api, describe, 16);
AT(psa_plugin_api, create, 24);
AT(psa_plugin_api, destroy, 32);
AT(psa_plugin_api, configure, 40);
AT(psa_plugin_api, test, 48);
AT(psa_plugin_api, create_ticket, 56);
AT(psa_plugin_api, get_extension, 64);

SIZE(psa_http_header, 40);
AT(psa_http_header, name, 0);
AT(psa_http_header, value, 16);
AT(psa_http_header, flags, 32);
AT(psa_http_header, reserved0, 36);

SIZE(psa_http_request, 96);
AT(psa_http_request, struct_size, 0);
AT(psa_http_request, flags, 4);
AT(psa_http_request, method, 8);
AT(psa_http_request, url, 24);
AT(psa_http_request, headers, 40);
AT(psa_http_request, header_count, 48);
AT(psa_http_request, body, 56);
AT(psa_http_request, limit_key, 72);
AT(psa_http_request, timeout_ms, 88);
AT(psa_http_request, reserved0, 92);

SIZE(psa_http_response, 72);
AT(psa_http_response, struct_size, 0);
AT(psa_http_response, delivery, 4);
AT(psa_http_response, reason, 8);
AT(psa_http_response, status, 12);
AT(psa_http_response, headers, 16);
AT(psa_http_response, header_count, 24);
AT(psa_http_response, body, 32);
AT(psa_http_response, detail, 48);
AT(psa_http_response, retry_after_ms, 64);
AT(psa_http_response, reserved0, 68);

SIZE(psa_http, 16);
AT(psa_http, struct_size, 0);
AT(psa_http, reserved0, 4);
AT(psa_http, send, 8);

SIZE(psa_clock, 24);
AT(psa_clock, struct_size, 0);
AT(psa_clock, reserved0, 4);
AT(psa_clock, monotonic_ms, 8);
AT(psa_clock, unix_ms, 16);

SIZE(psa_cache, 24);
AT(psa_cache, struct_size, 0);
AT(psa_cache, reserved0, 4);
AT(psa_cache, get, 8);
AT(psa_cache, put, 16);

SIZE(psa_find_ticket, 16);
AT(psa_find_ticket, struct_size, 0);
AT(psa_find_ticket, reserved0, 4);
AT(psa_find_ticket, find, 8);

SIZE(psa_choices_query, 72);
AT(psa_choices_query, struct_size, 0);
AT(psa_choices_query, limit, 4);
AT(psa_choices_query, list, 8);
AT(psa_choices_query, query, 24);
AT(psa_choices_query, cursor, 40);
AT(psa_choices_query, depends_on_json, 56);

SIZE(psa_choices, 16);
AT(psa_choices, struct_size, 0);
AT(psa_choices, reserved0, 4);
AT(psa_choices, list, 8);

SIZE(psa_ticket, 16);
AT(psa_ticket, struct_size, 0);
AT(psa_ticket, reserved0, 4);
AT(psa_ticket, read, 8);
