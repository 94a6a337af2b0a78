/* SPDX-License-Identifier: Apache-2.0 */
#include "server/signer_client.h"

#include <stdlib.h>

enum status signer_client_open(struct signer_client *client, const char *path, int uid)
{
    client->frame = malloc(SIGNER_ANSWER_MAX);
    if (client->frame == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    return local_socket_init(&client->socket, &(struct local_socket_options){
                                                  .path = path,
                                                  .check_server_uid = uid >= 0,
                                                  .server_uid = (uint32_t)(uid >= 0 ? uid : 0),
                                                  .unreachable = STATUS_SIGNER_UNREACHABLE,
                                              });
}

enum status signer_client_ask(struct signer_client *client, const struct signer_request *request,
                              struct buf *crl, struct signer_answer *ret_answer)
{
    static uint8_t request_memory[SIGNER_REQUEST_MAX];
    struct buf out = BUF(request_memory);
    struct buf in = buf_of(client->frame, SIGNER_ANSWER_MAX);
    struct buf nowhere = buf_of(NULL, 0);
    enum status status = signer_message_request_encode(request, &out);
    if (status == STATUS_OK) {
        status = local_socket_call(&client->socket, buf_span(&out), &in);
    }
    if (status == STATUS_OK) {
        status =
            signer_message_answer_decode(buf_span(&in), crl != NULL ? crl : &nowhere, ret_answer);
    }
    wipe(request_memory, out.len);
    wipe(client->frame, in.len);
    return status != STATUS_OK ? status : ret_answer->status;
}

void signer_client_close(struct signer_client *client)
{
    local_socket_close(&client->socket);
    free(client->frame);
    client->frame = NULL;
}
