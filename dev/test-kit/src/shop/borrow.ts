import { get } from 'node:http';
import { inject } from 'vitest';
import type { ShopAddress } from './address.js';
import type {} from './lender.js';
import { TestShop } from './test-shop.js';

/** The shop with the demo catalogue, which every file shares that disturbs nobody. */
export async function sharedShop(): Promise<ShopAddress> {
  const { address, giveBack } = await borrow('/shared');
  giveBack();
  return address;
}

/** A shop that is this file's alone until {@link BorrowedShop.giveBack}. */
export class BorrowedShop extends TestShop {
  private constructor(
    address: ShopAddress,
    readonly giveBack: () => void,
  ) {
    super(address);
  }

  static async borrow(): Promise<BorrowedShop> {
    const { address, giveBack } = await borrow('/exclusive');
    return new BorrowedShop(address, giveBack);
  }
}

function borrow(path: string): Promise<{ address: ShopAddress; giveBack: () => void }> {
  return new Promise((resolve, reject) => {
    const request = get(new URL(path, inject('shopLender')), (response) => {
      let line = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        line += text;
        if (!line.endsWith('\n')) return;
        if (response.statusCode === 200)
          resolve({ address: JSON.parse(line), giveBack: () => void request.destroy() });
        else reject(new Error(`the shop did not start: ${line}`));
      });
      // Giving back ends the response before its end.
      response.on('error', () => undefined);
    });
    request.on('error', reject);
  });
}
