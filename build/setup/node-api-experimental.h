/* Included before better-sqlite3's sources when they are built for a Node-API 9 runtime. The headers of the npm package
   node-api-headers have the experimental parts cut out; these are the ones the build needs. */
#define NAPI_VERSION 2147483647 /* NAPI_VERSION_EXPERIMENTAL of node_api.h */
#include <node_api.h>

/* node-addon-api runs finalizers that call into the engine through this function, which is the only safe way in
   experimental mode: Node ends the process for such a call made while the garbage collector runs. */
#ifndef NODE_API_EXPERIMENTAL_HAS_POST_FINALIZER
#define NODE_API_EXPERIMENTAL_HAS_POST_FINALIZER
EXTERN_C_START
NAPI_EXTERN napi_status NAPI_CDECL node_api_post_finalizer(napi_env env, napi_finalize finalize_cb,
                                                           void *finalize_data, void *finalize_hint);
EXTERN_C_END
#endif
