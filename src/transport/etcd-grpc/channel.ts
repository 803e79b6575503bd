import type { ChannelOptions, Client } from "@grpc/grpc-js";
import { connectivityState } from "@grpc/grpc-js";
import type { OwnedSockets } from "./owned-sockets.ts";

/** How a connection to a member behaves. */
export const OPTIONS: ChannelOptions = {
  // etcd is asked directly, as etcdctl does it.
  "grpc.enable_http_proxy": 0,
  // A channel that is thrown away takes its connection with it.
  "grpc.use_local_subchannel_pool": 1,
  // A member that is back is seen within a second; the default waits up to two minutes.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1000,
  "grpc.dns_min_time_between_resolutions_ms": 1000,
  "grpc.service_config_disable_resolution": 1,
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
  "grpc-node.flow_control_window": 8 * 1024 * 1024,
};

/** A connection, and how many calls run on it. */
export interface Channel {
  readonly client: Client;
  readonly sockets: OwnedSockets;
  running: number;
}

/** Closes a connection, and what it still has open. */
export function closeChannel({ client, sockets }: Channel): void {
  client.close();
  sockets[Symbol.dispose]();
}

/** Calls `then` once there is a connection, at once if there is; never if there is none until the channel is closed. */
export function whenConnected(client: Client, then: () => void): void {
  const channel = client.getChannel();
  const look = (): void => {
    const state = channel.getConnectivityState(false);
    if (state === connectivityState.READY) then();
    else if (state !== connectivityState.SHUTDOWN) channel.watchConnectivityState(state, Infinity, look);
  };
  look();
}
